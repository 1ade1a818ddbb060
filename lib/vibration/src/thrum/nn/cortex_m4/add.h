#pragma once

// ADD for Cortex-M cores with the DSP extension: the factors are constants of the code, and each of
// the three roundings takes SMMULR and two instructions. Chosen by kernels.h where neither tensor repeats;
// portable code: ../add.h.

#include <stdint.h>

#include "thrum/nn/add.h"
#include "thrum/nn/cortex_m4/requantize.h"

namespace thrum {

// For tensors of one size.
template <typename Layer>
struct AddCortexM4 {
  struct Packed {};  // numbers: immediates

  static constexpr Packed Pack() { return {}; }

  static void Run(const Packed&, const int8_t* first, const int8_t* second, int8_t* output) {
    constexpr AddLayer kLayer = Layer::Get();
    for (Count i = 0; i < kLayer.count; ++i) {
      const int32_t a = (first[i] - kLayer.first.zero) * (INT32_C(1) << 21);
      const int32_t b = (second[i] - kLayer.second.zero) * (INT32_C(1) << 21);
      const int32_t sum = Scale<kLayer.first.multiplier, -kLayer.first.shift>(a) +
                          Scale<kLayer.second.multiplier, -kLayer.second.shift>(b);
      const int32_t scaled = Scale<kLayer.sum.multiplier, -kLayer.sum.shift>(sum * 2);
      output[i] = ClampToInt8(scaled + kLayer.sum.zero, kLayer.low, kLayer.high);
    }
  }

 private:
  // Requantize(twice / 2, kMultiplier, -kRight); |twice| < 2^31.
  template <int32_t kMultiplier, int32_t kRight>
  static int32_t Scale(int32_t twice) {
    const int32_t high = cortex_m4::HighMultiply(twice, kMultiplier);
    constexpr int32_t kHalf = static_cast<int32_t>((UINT32_C(1) << kRight) >> 1);
    return kRight == 0 ? high : (high + (high >> 31) + kHalf) >> kRight;
  }
};

template <typename Layer>
struct AddKernel<Layer, CortexM4> : Select<Layer::Get().first_period == Layer::Get().second_period,
                                           AddCortexM4<Layer>, AddPortable<Layer>> {};

}  // namespace thrum
