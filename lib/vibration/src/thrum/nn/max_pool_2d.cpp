#include "thrum/nn/max_pool_2d.h"

#include "thrum/nn/requantize.h"

namespace thrum {

void MaxPool(const WindowShape& shape, const int8_t* input, int8_t* output) {
  sliding_window::ForEachPixel(shape, output, [&](Count top, Count left, int8_t* pixel) {
    for (Count k = 0; k < shape.output_channels; ++k) {
      int8_t most = -128;
      pooling::Gather(shape, input, top, left, k,
                      [&](int8_t value) { most = value > most ? value : most; });
      pixel[k] = ClampToInt8(most, shape.low, shape.high);
    }
  });
}

}  // namespace thrum
