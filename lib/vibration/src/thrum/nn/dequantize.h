#pragma once

// DEQUANTIZE: the int8 output of a network becomes float32, for a caller that wants probabilities or
// physical units. Called by the generated engine as its last step.
//
//   output[i] = scale * (input[i] - zero)
// The difference has 9 bits and is exact as a float; the product is rounded once, as TFLM rounds it.

#include <stdint.h>

#include "thrum/nn/count.h"
#include "thrum/nn/float_scale.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

template <typename Layer>
struct DequantizeOutputPortable {
  struct Packed {};  // two numbers: immediates

  static constexpr Packed Pack() { return {}; }

  // input and output hold Layer::Get().kValues values.
  static void Run(const Packed&, const int8_t* input, float* output) {
    constexpr auto kLayer = Layer::Get();
    for (Count i = 0; i < kLayer.kValues; ++i) {
      output[i] = kLayer.scale * static_cast<float>(input[i] - kLayer.zero);
    }
  }
};

template <typename Layer, typename = Target>
struct DequantizeOutputKernel : DequantizeOutputPortable<Layer> {};

}  // namespace thrum
