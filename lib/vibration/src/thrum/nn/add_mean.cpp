#include "thrum/nn/add_mean.h"

#include "thrum/nn/requantize.h"

namespace thrum {
namespace {

// One input on the common scale of the sum: 9 bits shifted left by 20 fit int32.
int32_t Widen(const AddTerm& term, int8_t value) {
  const int32_t centred = static_cast<int32_t>(value) - term.zero;
  return Requantize(centred * (INT32_C(1) << 20), term.multiplier, term.shift);
}

}  // namespace

void Add(const AddLayer& layer, const int8_t* first, const int8_t* second, int8_t* output) {
  for (uint16_t i = 0; i < layer.count; ++i) {
    const int32_t sum = Widen(layer.first, first[i]) + Widen(layer.second, second[i]);
    const int32_t scaled = Requantize(sum, layer.sum.multiplier, layer.sum.shift);
    output[i] = ClampToInt8(scaled + layer.sum.zero, layer.low, layer.high);
  }
}

void Mean(const MeanLayer& layer, const int8_t* input, int8_t* output) {
  for (uint16_t outer = 0; outer < layer.outer; ++outer) {
    for (uint16_t inner = 0; inner < layer.inner; ++inner) {
      int32_t sum = -layer.offset;
      for (uint16_t k = 0; k < layer.reduced; ++k) {
        sum += input[static_cast<uint32_t>(k) * layer.inner + inner];
      }
      const int32_t scaled = Requantize(sum, layer.multiplier, layer.shift);
      *output++ = ClampToInt8(scaled + layer.output_zero, -128, 127);
    }
    input += static_cast<uint32_t>(layer.reduced) * layer.inner;
  }
}

}  // namespace thrum
