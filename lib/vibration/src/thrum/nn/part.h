#pragma once

// SLICE and STRIDED_SLICE: some of the values of an int8 tensor, in their order or against it.

#include <stdint.h>

#include "thrum/nn/count.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

// Output value (i0, i1, i2, i3, i4) is input[start + i0 * pitches[0] + ... + i4 * pitches[4]].
struct PartLayer {
  Count start;
  Count counts[5];     // each at least 1
  int32_t pitches[5];  // in values of the input; against the order below 0
};

// input and output: as many values as the layer says, apart.
void Part(const PartLayer& layer, const int8_t* input, int8_t* output);

template <typename Layer>
struct PartPortable {
  struct Packed {};  // numbers: immediates

  static constexpr Packed Pack() { return {}; }

  static void Run(const Packed&, const int8_t* input, int8_t* output) {
    constexpr PartLayer kLayer = Layer::Get();
    Part(kLayer, input, output);
  }
};

template <typename Layer, typename = Target>
struct PartKernel : PartPortable<Layer> {};

}  // namespace thrum
