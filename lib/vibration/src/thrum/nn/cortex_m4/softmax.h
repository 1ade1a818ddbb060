#pragma once

// SOFTMAX of two classes for Cortex-M with the DSP extension. Chosen by kernels.h; portable code:
// ../softmax.h. It differs in two ways: the table's first difference is a constant of the code, not a
// word in flash, and indices have 32 bits, so that none has to be sign-extended.

#include <stdint.h>

#include "thrum/nn/softmax.h"

namespace thrum {

template <typename Layer>
struct SoftmaxPairKernel<Layer, CortexM4> {
  using Shape = decltype(Layer::Get());

  // Bytes in flash: the outputs of class 0, in the order of the differences.
  struct Packed {
    int8_t table[Shape::kEntries];
  };

  static constexpr Packed Pack() {
    Packed packed = {};
    for (Count i = 0; i < Shape::kEntries; ++i) {
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
  // difference: -255 to 255. Beyond both ends of the table its last value holds.
  static int8_t Entry(const Packed& flash, int32_t difference) {
    constexpr int32_t kFirst = Layer::Get().first;
    constexpr int32_t kLast = Shape::kEntries - 1;
    const int32_t index = difference - kFirst;
    return flash.table[index < 0 ? 0 : index > kLast ? kLast : index];
  }
};

}  // namespace thrum
