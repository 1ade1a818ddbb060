#include "thrum/nn/add.h"

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
  for (Count i = 0; i < layer.count; ++i) {
    const int32_t sum = Widen(layer.first, first[i]) + Widen(layer.second, second[i]);
    const int32_t scaled = Requantize(sum, layer.sum.multiplier, layer.sum.shift);
    output[i] = ClampToInt8(scaled + layer.sum.zero, layer.low, layer.high);
  }
}

}  // namespace thrum
