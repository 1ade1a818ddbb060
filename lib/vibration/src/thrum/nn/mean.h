#pragma once

// MEAN of int8 values over one or two groups of neighbouring axes: a sum, then one multiplication that holds
// both the division by their number and the change of scale.

#include <stdint.h>

#include "thrum/nn/count.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

// Input seen as (outer, reduced, middle, reduced_too, inner), output as (outer, middle, inner).
struct MeanLayer {
  Count outer, reduced, middle, reduced_too, inner;  // each at least 1
  int32_t offset;      // input zero point * reduced * reduced_too, taken off the sum
  int32_t multiplier;  // Q31, holds 1 / (reduced * reduced_too)
  int8_t shift;
  int8_t output_zero;
};

// input and output: as many values as the layer says; they do not overlap.
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
