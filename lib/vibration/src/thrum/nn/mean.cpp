#include "thrum/nn/mean.h"

#include "thrum/nn/requantize.h"

namespace thrum {

void Mean(const MeanLayer& layer, const int8_t* input, int8_t* output) {
  for (Count outer = 0; outer < layer.outer; ++outer) {
    for (Count inner = 0; inner < layer.inner; ++inner) {
      int32_t sum = -layer.offset;
      for (Count k = 0; k < layer.reduced; ++k) {
        sum += input[static_cast<uint32_t>(k) * layer.inner + inner];
      }
      const int32_t scaled = Requantize(sum, layer.multiplier, layer.shift);
      *output++ = ClampToInt8(scaled + layer.output_zero, -128, 127);
    }
    input += static_cast<uint32_t>(layer.reduced) * layer.inner;
  }
}

}  // namespace thrum
