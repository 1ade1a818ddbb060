#include "thrum/nn/average_pool_2d.h"

#include "thrum/nn/requantize.h"

namespace thrum {

void AveragePool(const WindowShape& shape, const int8_t* input, int8_t* output) {
  sliding_window::ForEachPixel(shape, output, [&](Count top, Count left, int8_t* pixel) {
    for (Count k = 0; k < shape.output_channels; ++k) {
      int32_t sum = 0;
      int32_t count = 0;
      pooling::Gather(shape, input, top, left, k, [&](int8_t value) {
        sum += value;
        ++count;
      });
      const int32_t half = count / 2;
      pixel[k] = ClampToInt8((sum > 0 ? sum + half : sum - half) / count, shape.low, shape.high);
    }
  });
}

}  // namespace thrum
