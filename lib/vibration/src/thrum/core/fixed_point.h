#pragma once

// Fixed-point helpers that the stages share: rounding shifts, saturation, bit lengths, averages. Qn
// is a number that holds 2^n times the value. Every function gives the same integer on every target
// and in Python (thrum/reference). Arithmetic right shift of negative numbers is assumed, which GCC
// and Clang guarantee, and checked here.

#include <stdint.h>

namespace thrum {

static_assert((static_cast<int16_t>(-3) >> 1) == -2, "right shift must be arithmetic");

// round(value / 2^shift), halves towards plus infinity. shift 0 to 30.
constexpr int32_t RoundShift(int32_t value, uint8_t shift) {
  return shift == 0 ? value : (value + (INT32_C(1) << (shift - 1))) >> shift;
}

// 2^16 divided by the golden ratio. The multiples k * kWeyl modulo 2^16 fall evenly between 0 and
// 2^16, however many there are: added before a shift they round each time to either side, and on
// average not at all.
constexpr uint16_t kWeyl = 40503;

// |a - b|
uint16_t Distance(uint16_t a, uint16_t b);

// Saturates to -32767..32767, so that the magnitude fits 15 bits.
constexpr int16_t ClampSymmetric16(int32_t value) {
  return static_cast<int16_t>(value > 32767 ? 32767 : value < -32767 ? -32767 : value);
}

// |value|; 32768 for -32768.
constexpr uint16_t Magnitude16(int16_t value) {
  return value < 0 ? static_cast<uint16_t>(-static_cast<int32_t>(value))
                   : static_cast<uint16_t>(value);
}

// Where unsigned has 32 bits, __builtin_clz is an instruction or a short function.
constexpr bool kCountsZeros = sizeof(unsigned) == sizeof(uint32_t);

// Number of bits up to the highest one that is set; 0 for 0.
inline uint8_t BitLength(uint32_t value) {
  if (kCountsZeros) {
    return static_cast<uint8_t>(value == 0 ? 0 : 32 - __builtin_clz(static_cast<unsigned>(value)));
  }
  uint8_t bits = 0;
  while (value >= 256) {
    value >>= 8;
    bits = static_cast<uint8_t>(bits + 8);
  }
  while (value != 0) {
    value >>= 1;
    ++bits;
  }
  return bits;
}

// Shifts value, which is not 0, to the left until bit 31 is set; returns its bit length before.
inline uint8_t Normalize(uint32_t* value) {
  uint32_t v = *value;
  uint8_t bits = 32;
  if (kCountsZeros) {
    bits = BitLength(v);
    v <<= 32 - bits;
  } else {
    for (; v < UINT32_C(1) << 24; v <<= 8) {
      bits = static_cast<uint8_t>(bits - 8);
    }
    for (; v < UINT32_C(1) << 31; v <<= 1) {
      --bits;
    }
  }
  *value = v;
  return bits;
}

// floor(value >> shift) that gives 0 for shifts of 32 and more.
constexpr uint32_t ShiftRight(uint32_t value, uint8_t shift) {
  return shift > 31 ? 0 : value >> shift;
}

// floor(sqrt(value)), bit by bit.
inline uint16_t SquareRoot(uint32_t value) {
  uint32_t root = 0;
  for (uint32_t bit = UINT32_C(1) << 30; bit != 0; bit >>= 2) {
    if (value >= root + bit) {
      value -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
  }
  return static_cast<uint16_t>(root);
}

// (to - from) * share + rounding: an average takes a value in by a step towards it. share: Q16, at
// most 2^15; the difference is at most 65532, so that the product fits.
int32_t Step(uint16_t from, uint16_t to, uint16_t share, uint16_t rounding);

// from + Step / 2^16, rounded down. A share of 0 stands for the whole: the result is `to`.
uint16_t Towards(uint16_t from, uint16_t to, uint16_t share, uint16_t rounding);

}  // namespace thrum
