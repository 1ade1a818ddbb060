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
  Count a = 0;
  Count b = 0;
  for (Count i = 0; i < layer.count; ++i) {
    const int32_t sum = Widen(layer.first, first[a]) + Widen(layer.second, second[b]);
    const int32_t scaled = Requantize(sum, layer.sum.multiplier, layer.sum.shift);
    output[i] = ClampToInt8(scaled + layer.sum.zero, layer.low, layer.high);
    a = a + 1 == layer.first_period ? 0 : static_cast<Count>(a + 1);
    b = b + 1 == layer.second_period ? 0 : static_cast<Count>(b + 1);
  }
}

}  // namespace thrum
