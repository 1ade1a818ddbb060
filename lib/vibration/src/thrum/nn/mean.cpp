#include "thrum/nn/mean.h"

#include "thrum/nn/requantize.h"

namespace thrum {

void Mean(const MeanLayer& layer, const int8_t* input, int8_t* output) {
  const int32_t line = static_cast<int32_t>(layer.reduced_too) * layer.inner;
  const int32_t plane = line * layer.middle;
  for (Count outer = 0; outer < layer.outer; ++outer) {
    for (Count middle = 0; middle < layer.middle; ++middle) {
      for (Count inner = 0; inner < layer.inner; ++inner) {
        int32_t sum = -layer.offset;
        const int8_t* at = input + middle * line + inner;
        for (Count k = 0; k < layer.reduced; ++k) {
          for (Count j = 0; j < layer.reduced_too; ++j) {
            sum += at[k * plane + static_cast<int32_t>(j) * layer.inner];
          }
        }
        const int32_t scaled = Requantize(sum, layer.multiplier, layer.shift);
        *output++ = ClampToInt8(scaled + layer.output_zero, -128, 127);
      }
    }
    input += plane * layer.reduced;
  }
}

}  // namespace thrum
