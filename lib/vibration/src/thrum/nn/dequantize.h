#pragma once

// DEQUANTIZE: the int8 output of a network becomes float32, real = scale * (q - zero).

#include <stdint.h>

#include "thrum/nn/float_scale.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

template <typename Layer>
struct DequantizeOutputPortable {
  struct Packed {};

  static constexpr Packed Pack() { return {}; }

  static void Run(const Packed&, const int8_t* input, float* output) {
    constexpr auto kLayer = Layer::Get();
    for (uint16_t i = 0; i < kLayer.kValues; ++i) {
      output[i] = kLayer.scale * static_cast<float>(input[i] - kLayer.zero);
    }
  }
};

template <typename Layer, typename = Target>
struct DequantizeOutputKernel : DequantizeOutputPortable<Layer> {};

}  // namespace thrum
