#pragma once

// ADD: the sum of two int8 tensors, value by value; one that is smaller than the output repeats. Both are shifted left
// by 20 bits, brought to a common scale, added, and scaled to the output's. A fused activation is the
// clamp to low and high.

#include <stdint.h>

#include "thrum/nn/count.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

// The zero of a tensor and its factor on the way to or from the sum: multiplier * 2^(shift - 31).
struct AddTerm {
  int8_t zero;
  int32_t multiplier;
  int8_t shift;  // -31 to 0
};

struct AddLayer {
  Count count;                        // values of the output
  Count first_period, second_period;  // values of the inputs; `count` is a multiple of each
  AddTerm first, second, sum;
  int8_t low, high;
};

// first, second and output hold as many values as the layer says; they do not overlap.
void Add(const AddLayer& layer, const int8_t* first, const int8_t* second, int8_t* output);

template <typename Layer>
struct AddPortable {
  struct Packed {};  // numbers: immediates

  static constexpr Packed Pack() { return {}; }

  static void Run(const Packed&, const int8_t* first, const int8_t* second, int8_t* output) {
    constexpr AddLayer kLayer = Layer::Get();
    Add(kLayer, first, second, output);
  }
};

template <typename Layer, typename = Target>
struct AddKernel : AddPortable<Layer> {};

}  // namespace thrum
