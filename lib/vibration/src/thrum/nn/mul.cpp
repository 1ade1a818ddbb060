#include "thrum/nn/mul.h"

namespace thrum {

void Mul(const MulLayer& layer, const int8_t* first, const int8_t* second, int8_t* output) {
  Count a = 0;
  Count b = 0;
  for (Count i = 0; i < layer.count; ++i) {
    const int32_t product =
        static_cast<int32_t>(first[a] - layer.first_zero) * (second[b] - layer.second_zero);
    const int32_t scaled = Requantize(product, layer.multiplier, layer.shift);
    output[i] = ClampToInt8(scaled + layer.output_zero, layer.low, layer.high);
    a = a + 1 == layer.first_period ? 0 : static_cast<Count>(a + 1);
    b = b + 1 == layer.second_period ? 0 : static_cast<Count>(b + 1);
  }
}

}  // namespace thrum
