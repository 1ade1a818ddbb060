#pragma once

// Softmax of two classes on an AVR: half of the table of ../softmax.h, which saves flash. Chosen where the
// other half is its negative; included by ../kernels.h.

#include "thrum/core/progmem.h"
#include "thrum/nn/softmax.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

// Half of the table, where the other half is its negative: the scores of two classes are p and 1 - p.
template <typename Layer>
struct AvrSoftmaxPair {
  using Constants = decltype(Layer::Get());
  static constexpr int16_t kMost = static_cast<int16_t>(-Layer::Get().first);

  struct Packed {
    int8_t table[kMost < 0 ? 1 : kMost + 1];  // for differences of -kMost to 0, backwards
  };

  static constexpr int8_t At(int16_t difference) {
    const int16_t index = static_cast<int16_t>(difference + kMost);
    const int16_t last = Constants::kEntries - 1;
    return Layer::Get().table[index < 0 ? 0 : index > last ? last : index];
  }

  static constexpr int8_t Opposite(int8_t value) {
    return static_cast<int8_t>(value == -128 ? 127 : -value);
  }

  static constexpr bool Fits() {
    if (kMost < 0 || kMost > 255) {
      return false;
    }
    for (int16_t d = 1; d <= 255; ++d) {
      if (At(d) != Opposite(At(static_cast<int16_t>(-d)))) {
        return false;
      }
    }
    return true;
  }

  static constexpr Packed Pack() {
    Packed packed = {};
    for (int16_t d = 0; d <= kMost; ++d) {
      packed.table[d] = At(static_cast<int16_t>(-d));
    }
    return packed;
  }

  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    const bool first = input[0] >= input[1];
    const uint8_t distance =
        static_cast<uint8_t>(first ? input[0] - input[1] : input[1] - input[0]);
    const int8_t less = FlashRead(&flash.table[distance > kMost ? uint8_t{kMost} : distance]);
    output[first] = less;
    output[!first] = Opposite(less);
  }
};

template <typename Layer>
struct SoftmaxPairKernel<Layer, Avr>
    : Select<AvrSoftmaxPair<Layer>::Fits(), AvrSoftmaxPair<Layer>, SoftmaxPairPortable<Layer>> {};

}  // namespace thrum
