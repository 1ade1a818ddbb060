#pragma once

// Velocity RMS of one axis in mm/s, from the powers that AddWindow (features.h) leaves in the window's
// buffer. Called by src/pipeline.cpp once per axis and window; the NumPy twin is
// thrum/reference/velocity.py and gives the same integers.
//
// A sine of frequency f has the velocity of its acceleration over 2 pi f. With P(k) = |X(k)|^2 of a
// Hann window, whose mean square is 3/8:
//   v^2 = sum of 2 P(k) / (length^2 * 3/8) / (2 pi k rate/length)^2
//       = sum of P(k) / k^2 * 2 / (3/8 * 4 pi^2 * rate^2)
// The length cancels. The arithmetic, in order:
//   1. near, bins 2 to 15, by octaves j = 1 to 3 that begin at bin 2^j:
//        S[j] = (sum of (P >> 2) * w) >> 16,   w = 2^16 * 4^j / k^2, at most 65535
//        near = S[1] + (S[2] + S[3]/4)/4
//   2. far, from bin 16 on, by half octaves i = 0, 1, ... that begin at bin 16 * 2^(i/2), rounded up:
//        S[i] = (sum of (P >> 8) * w) >> 8,    w = 2^16 * 2^i / k^2, at most 255
//        far  = S[0] + (S[1] + (S[2] + ...)/2)/2
//      Bins count less here and are many: weights of 8 bits cost 0.2 % of v at most.
//   3. V    = near + far = sum of P/k^2 in the unit of the powers. P is at most 2^30 (features.h), so
//      that no sum needs more than 48 bits and V is below 2^31. Divisions round down
//   4. root = floor(sqrt(V * 2^s)), s even, so that V * 2^s has 31 or 32 bits
//   5. v    = root * mantissa, shifted right and rounded: Q8 mm/s, at most 65535 (256 mm/s)
// Hann's leakage of the mean reaches bin 1: bins 0 and 1 are left out.

#include <stdint.h>

#include "thrum/core/target.h"

namespace thrum {

constexpr uint16_t kFirstVelocityBin = 2;
constexpr uint16_t kLowestVelocityHz = 10;     // the range of ISO 20816-1,
constexpr uint16_t kHighestVelocityHz = 1000;  // where the rate allows

// Depends on the rate, which a host may choose: MakeVelocity.
struct VelocityConfig {
  uint16_t first;     // bins that count, both included; none where last < first
  uint16_t last;      // below half the window
  uint16_t mantissa;  // 2^15 to 2^16 - 1: of Q8 mm/s per square root of V
  int8_t exponent;    // its power of two
};

// rate_hz: from 1 on. mg_q12: milli-g per count, Q12. log2_length: of the window, 6 to 10.
// Takes 64 bits; the compiler does it where the rate is a constant.
constexpr VelocityConfig MakeVelocity(uint32_t rate_hz, uint32_t mg_q12, uint8_t log2_length) {
  const uint32_t half = UINT32_C(1) << (log2_length - 1);
  uint32_t first = (2 * half * kLowestVelocityHz + rate_hz - 1) / rate_hz;
  first = first < kFirstVelocityBin ? kFirstVelocityBin : first < half ? first : half;
  uint32_t last = 2 * half * kHighestVelocityHz / rate_hz;
  last = last < half ? last : half - 1;
  // sqrt(2 / (3/8 * 4 pi^2)) * 9.80665 m/s^2 per g / 2^12 * 2^8 = 0.2252787, times 2^32.
  uint64_t scale = UINT64_C(967564776) * mg_q12 / rate_hz;
  int8_t exponent = -32;
  for (; scale >= UINT64_C(1) << 16; scale >>= 1) {
    ++exponent;
  }
  for (; scale < UINT64_C(1) << 15; scale <<= 1) {
    --exponent;
  }
  return {static_cast<uint16_t>(first), static_cast<uint16_t>(last), static_cast<uint16_t>(scale),
          exponent};
}

// Of steps 1 and 2, in flash: near for bins 0 to 15, far for the bins from 16 to half the window.
struct VelocityWeights {
  const uint16_t* near;
  const uint8_t* far;
};

// powers: as AddWindow leaves them, one uint32 a bin; exponent: theirs, even (WindowStats). Returns Q8
// mm/s; 0 where no bin counts.
uint16_t Velocity(const VelocityConfig& config, const VelocityWeights& weights,
                  const int16_t* powers, int8_t exponent);

// S of `count` bins of one group, 1 to 255; `powers` and `weights` are those of the first one.
namespace portable {
uint32_t WeighNear(const int16_t* powers, const uint16_t* weights, uint8_t count);
uint32_t WeighFar(const int16_t* powers, const uint8_t* weights, uint8_t count);
}  // namespace portable

#if THRUM_KERNELS_AVR
// avr/velocity.S
namespace avr {
uint32_t WeighNear(const int16_t* powers, const uint16_t* weights,
                   uint8_t count) __asm__("thrum_avr_weigh_near");
uint32_t WeighFar(const int16_t* powers, const uint8_t* weights,
                  uint8_t count) __asm__("thrum_avr_weigh_far");
}  // namespace avr
namespace weigh = avr;
#else
namespace weigh = portable;
#endif

}  // namespace thrum
