#include "thrum/core/target.h"

#if THRUM_KERNELS_CORTEX_M4

#include "thrum/nn/cortex_m4/requantize.h"

namespace thrum {
namespace cortex_m4 {

void Clamp(int8_t low, int8_t high, int8_t* values, Count count) {
  for (Count i = 0; i < count; ++i) {
    values[i] = ClampToInt8(values[i], low, high);
  }
}

void RequantizeSimple(const Scales& scales, const int32_t* sums, int8_t* output, Count count) {
  const int32_t* multiplier = scales.multiplier;
  const int8_t* shift = scales.shift;
  const Count step = scales.per_channel ? 1 : 0;
  const int32_t addend = 2 * scales.output_zero + 1;
  for (Count i = 0; i < count; ++i) {
    const int32_t high = HighMultiply(sums[i] * 2, *multiplier);
    const int32_t value = (high + (high >> 31)) >> (-1 - *shift);
    output[i] = static_cast<int8_t>(Saturate8((value + addend) >> 1));
    multiplier += step;
    shift += step;
  }
  if (scales.low > -128 || scales.high < 127) {
    Clamp(scales.low, scales.high, output, count);
  }
}

void RequantizeGeneral(const Scales& scales, const int32_t* sums, int8_t* output, Count count) {
  for (Count i = 0; i < count; ++i) {
    const Count scale = scales.per_channel ? i : 0;
    const int32_t scaled =
        thrum::Requantize(sums[i], scales.multiplier[scale], scales.shift[scale]);
    output[i] = ClampToInt8(scaled + scales.output_zero, scales.low, scales.high);
  }
}

}  // namespace cortex_m4
}  // namespace thrum

#endif
