#pragma once

// MAXIMUM and MINIMUM: the larger or the smaller of two int8 values of one scale. A tensor that is
// smaller than the output repeats.

#include <stdint.h>

#include "thrum/nn/count.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

struct LargerLayer {
  Count count;                        // values of the output
  Count first_period, second_period;  // values of the inputs; `count` is a multiple of each
};

// first, second and output hold as many values as the layer says; they do not overlap.
template <typename Layer, bool kLarger>
struct LargerPortable {
  struct Packed {};  // numbers: immediates

  static constexpr Packed Pack() { return {}; }

  static void Run(const Packed&, const int8_t* first, const int8_t* second, int8_t* output) {
    constexpr LargerLayer kLayer = Layer::Get();
    Count a = 0;
    Count b = 0;
    for (Count i = 0; i < kLayer.count; ++i) {
      output[i] = (first[a] > second[b]) == kLarger ? first[a] : second[b];
      a = a + 1 == kLayer.first_period ? 0 : static_cast<Count>(a + 1);
      b = b + 1 == kLayer.second_period ? 0 : static_cast<Count>(b + 1);
    }
  }
};

template <typename Layer, typename = Target>
struct MaximumKernel : LargerPortable<Layer, true> {};

template <typename Layer, typename = Target>
struct MinimumKernel : LargerPortable<Layer, false> {};

}  // namespace thrum
