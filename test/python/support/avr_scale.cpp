// Every accumulator of random scales: the constants that nn/avr/fully_connected.h derives at compile
// time against the reference. Prints per shift: shift, scales tried, scales that fit, scales that
// differ.

#include <stdio.h>

#include "thrum/nn/avr/fully_connected.h"

using namespace thrum;

namespace {

// What nn/avr/fully_connected.S computes.
int8_t Scaled(const AvrScale& scale, int32_t accumulator) {
  int64_t u = static_cast<int64_t>(accumulator) - scale.base;
  u = u < 0 ? 0 : u;
  const bool below = u < scale.below.limit;
  const AvrSegment& segment = below ? scale.below : scale.above;
  u = u < segment.limit ? u : segment.limit;
  const uint64_t shifted = static_cast<uint64_t>(u) << scale.shift;
  return static_cast<int8_t>((shifted * scale.multiplier + segment.offset) >> 32);
}

bool Differs(const AvrOutputRule& rule, const AvrScale& scale) {
  const int32_t margin = 3000;
  const int32_t end = scale.base + static_cast<int32_t>(scale.above.limit) + margin;
  for (int32_t at = scale.base - margin; at <= end; ++at) {
    if (Scaled(scale, at) != rule.Output(at)) {
      return true;
    }
  }
  return false;
}

uint32_t Random() {
  static uint64_t state = 88172645463325252u;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return static_cast<uint32_t>(state >> 16);
}

struct Range {
  int8_t output_zero, low, high;
};
const Range kRanges[] = {{-128, -128, 127}, {-28, -28, 127}, {-128, -128, 100}, {17, -128, 127},
                         {115, -128, 127},  {0, -128, 127},  {-128, -127, 5}};

}  // namespace

int main() {
  for (int8_t shift = -12; shift <= 0; ++shift) {
    int tried = 0, fit = 0, wrong = 0;
    for (int i = 0; i < 30; ++i) {
      const int32_t ends[] = {INT32_C(1) << 30, INT32_MAX};
      const int32_t noise = static_cast<int32_t>((UINT32_C(1) << 30) | (Random() >> 2));
      const int32_t multiplier = i < 2 ? ends[i] : noise;
      for (const Range& range : kRanges) {
        const AvrOutputRule rule = {multiplier, shift, range.output_zero, range.low, range.high};
        const AvrScale scale = FitScale(rule);
        ++tried;
        fit += scale.fits;
        wrong += scale.fits && Differs(rule, scale);
      }
    }
    printf("%d %d %d %d\n", shift, tried, fit, wrong);
  }
}
