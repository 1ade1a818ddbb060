#pragma once

// From an int32 accumulator to the int8 output: TensorFlow Lite's fixed-point rescaling, bit for bit,
// with gemmlowp's rounding and TFLM's order of steps. It rounds twice, and the two roundings differ
// in what they do with halves; whoever makes one of them breaks exactness. Used by every kernel that
// scales, at run time and, where constants are packed, at compile time. Its Python twin is
// thrum/compiler/fixed_point.py.

#include <stdint.h>

namespace thrum {

// round(a * b / 2^31), halves towards plus infinity. Not for a == b == INT32_MIN.
constexpr int32_t DoublingHighMultiply(int32_t a, int32_t b) {
  return static_cast<int32_t>((static_cast<int64_t>(a) * b + (INT32_C(1) << 30)) >> 31);
}

// round(value / 2^exponent), halves away from zero. exponent 0 to 31.
constexpr int32_t DivideByPowerOfTwo(int32_t value, uint8_t exponent) {
  const int32_t mask = static_cast<int32_t>((UINT32_C(1) << exponent) - 1);
  const int32_t threshold = (mask >> 1) + (value < 0 ? 1 : 0);
  return (value >> exponent) + ((value & mask) > threshold ? 1 : 0);
}

// value * multiplier * 2^(shift - 31) with TFLM's double rounding. multiplier Q31 and positive,
// shift -31 to 30; the generator has proven that value * 2^shift fits int32.
constexpr int32_t Requantize(int32_t value, int32_t multiplier, int8_t shift) {
  const uint8_t left = static_cast<uint8_t>(shift > 0 ? shift : 0);
  const uint8_t right = static_cast<uint8_t>(shift > 0 ? 0 : -shift);
  const int32_t shifted = static_cast<int32_t>(static_cast<uint32_t>(value) << left);
  return DivideByPowerOfTwo(DoublingHighMultiply(shifted, multiplier), right);
}

// low and high: -128 to 127, low <= high. A fused activation narrows them.
constexpr int8_t ClampToInt8(int32_t value, int8_t low, int8_t high) {
  return static_cast<int8_t>(value < low ? low : value > high ? high : value);
}

}  // namespace thrum
