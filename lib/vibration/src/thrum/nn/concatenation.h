#pragma once

// CONCATENATION: int8 tensors of one scale, one behind the other along an axis.

#include <stdint.h>
#include <string.h>

#include "thrum/nn/count.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

template <Count kInputCount>
struct ConcatenationLayer {
  static constexpr Count kInputs = kInputCount;

  Count outer;              // how often a run of each input follows
  Count runs[kInputCount];  // values of an input, one behind the other
};

template <typename Layer>
struct ConcatenationPortable {
  struct Packed {};  // numbers: immediates

  static constexpr Packed Pack() { return {}; }

  // An input holds outer times its run; output holds all of them.
  static void Run(const Packed&, const int8_t* const (&inputs)[decltype(Layer::Get())::kInputs],
                  int8_t* output) {
    constexpr auto kLayer = Layer::Get();
    for (Count outer = 0; outer < kLayer.outer; ++outer) {
      for (Count i = 0; i < kLayer.kInputs; ++i) {
        memcpy(output, inputs[i] + outer * kLayer.runs[i], kLayer.runs[i]);
        output += kLayer.runs[i];
      }
    }
  }
};

template <typename Layer, typename = Target>
struct ConcatenationKernel : ConcatenationPortable<Layer> {};

}  // namespace thrum
