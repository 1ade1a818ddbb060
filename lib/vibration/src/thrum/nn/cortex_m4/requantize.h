#pragma once

// From exact int32 sums to int8 outputs on Cortex-M with the DSP extension: the arithmetic of
// ../requantize.h in nine instructions a value. For fully_connected.h, conv_2d.h and
// depthwise_conv_2d.h beside this file.
//
// With a shift r to the right of at least 1 and |sum| < 2^30:
//   DoublingHighMultiply(sum, multiplier)  = SMMULR(2 * sum, multiplier)
//   DivideByPowerOfTwo(value, r)           = (((value + (value >> 31)) >> (r - 1)) + 1) >> 1

#include <stdint.h>

#include "thrum/nn/count.h"
#include "thrum/nn/requantize.h"

namespace thrum {
namespace cortex_m4 {

// Of a row of outputs: tables in flash, one entry or one for each output, and the clamp.
struct Scales {
  const int32_t* multiplier;
  const int8_t* shift;
  bool per_channel;
  int8_t output_zero, low, high;
};

// Whether the short way is exact: all shifts to the right by 1 or more, and |sum| at most largest.
constexpr bool IsSimple(bool shifts_right, int32_t largest) {
  return shifts_right && largest < INT32_C(1) << 30;
}

// The high word of a * b, rounded.
inline int32_t HighMultiply(int32_t a, int32_t b) {
  int32_t result;
  __asm("smmulr %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
  return result;
}

inline int32_t Saturate8(int32_t value) {
  int32_t result;
  __asm("ssat %0, #8, %1" : "=r"(result) : "r"(value));
  return result;
}

// values[0] to values[count - 1] into low to high.
void Clamp(int8_t low, int8_t high, int8_t* values, Count count);

void RequantizeSimple(const Scales& scales, const int32_t* sums, int8_t* output, Count count);
void RequantizeGeneral(const Scales& scales, const int32_t* sums, int8_t* output, Count count);

// count outputs from as many sums.
template <bool kSimple>
void Requantize(const Scales& scales, const int32_t* sums, int8_t* output, Count count) {
  if (kSimple) {
    RequantizeSimple(scales, sums, output, count);
  } else {
    RequantizeGeneral(scales, sums, output, count);
  }
}

}  // namespace cortex_m4
}  // namespace thrum
