#pragma once

// MEAN of int8 values over one or more neighbouring axes: a sum, then one multiplication that holds
// both the division by their number and the change of scale.

#include <stdint.h>

#include "thrum/nn/count.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

// Input seen as (outer, reduced, inner), output as (outer, inner).
struct MeanLayer {
  Count outer, reduced, inner;  // each at least 1
  int32_t offset;               // input zero point * reduced, taken off the sum
  int32_t multiplier;           // Q31, holds 1 / reduced
  int8_t shift;
  int8_t output_zero;
};

// input: outer * reduced * inner values; output: outer * inner. They do not overlap.
void Mean(const MeanLayer& layer, const int8_t* input, int8_t* output);

template <typename Layer>
struct MeanPortable {
  struct Packed {};

  static constexpr Packed Pack() { return {}; }

  static void Run(const Packed&, const int8_t* input, int8_t* output) {
    constexpr MeanLayer kLayer = Layer::Get();
    Mean(kLayer, input, output);
  }
};

template <typename Layer, typename = Target>
struct MeanKernel : MeanPortable<Layer> {};

}  // namespace thrum
