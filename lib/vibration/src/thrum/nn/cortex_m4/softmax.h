#pragma once

// SOFTMAX of two classes for Cortex-M with the DSP extension: the table's first difference is part of
// the code, and 32-bit indices spare the extensions that a 16-bit one needs.

#include <stdint.h>

#include "thrum/nn/softmax.h"

namespace thrum {

template <typename Layer>
struct SoftmaxPairKernel<Layer, CortexM4> {
  using Shape = decltype(Layer::Get());

  struct Packed {
    int8_t table[Shape::kEntries];
  };

  static constexpr Packed Pack() {
    Packed packed = {};
    for (uint16_t i = 0; i < Shape::kEntries; ++i) {
      packed.table[i] = Layer::Get().table[i];
    }
    return packed;
  }

  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    const int32_t difference = input[0] - input[1];
    output[0] = Entry(flash, difference);
    output[1] = Entry(flash, -difference);
  }

 private:
  static int8_t Entry(const Packed& flash, int32_t difference) {
    constexpr int32_t kFirst = Layer::Get().first;
    constexpr int32_t kLast = Shape::kEntries - 1;
    const int32_t index = difference - kFirst;
    return flash.table[index < 0 ? 0 : index > kLast ? kLast : index];
  }
};

}  // namespace thrum
