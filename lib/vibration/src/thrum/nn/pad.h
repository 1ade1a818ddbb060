#pragma once

// PAD: the zero point around an int8 tensor of four axes.

#include <stdint.h>

#include "thrum/nn/count.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

struct PadLayer {
  Count sides[4];  // of the input
  Count before[4], behind[4];
  int8_t zero;
};

// input and output: tensors of these sides, apart.
void Pad(const PadLayer& layer, const int8_t* input, int8_t* output);

template <typename Layer>
struct PadPortable {
  struct Packed {};  // numbers: immediates

  static constexpr Packed Pack() { return {}; }

  static void Run(const Packed&, const int8_t* input, int8_t* output) {
    constexpr PadLayer kLayer = Layer::Get();
    Pad(kLayer, input, output);
  }
};

template <typename Layer, typename = Target>
struct PadKernel : PadPortable<Layer> {};

}  // namespace thrum
