#pragma once

// ADD of two tensors of one shape, and MEAN over neighbouring axes.

#include <stdint.h>

#include "thrum/nn/target_kernel.h"

namespace thrum {

// The zero of a tensor and its factor on the way to or from the sum: multiplier * 2^(shift - 31).
struct AddTerm {
  int8_t zero;
  int32_t multiplier;
  int8_t shift;  // -31 to 0
};

// Both inputs are shifted left by 20 bits, scaled, added, and scaled again.
struct AddLayer {
  uint16_t count;
  AddTerm first, second, sum;
  int8_t low, high;
};

void Add(const AddLayer& layer, const int8_t* first, const int8_t* second, int8_t* output);

// Input seen as (outer, reduced, inner), output as (outer, inner).
struct MeanLayer {
  uint16_t outer, reduced, inner;
  int32_t offset;      // input zero point * reduced, taken off the sum
  int32_t multiplier;  // Q31, holds 1 / reduced
  int8_t shift;
  int8_t output_zero;
};

void Mean(const MeanLayer& layer, const int8_t* input, int8_t* output);

template <typename Layer>
struct AddPortable {
  struct Packed {};  // numbers: immediates

  static constexpr Packed Pack() { return {}; }

  static void Run(const Packed&, const int8_t* first, const int8_t* second, int8_t* output) {
    constexpr AddLayer kLayer = Layer::Get();
    Add(kLayer, first, second, output);
  }
};

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
struct AddKernel : AddPortable<Layer> {};
template <typename Layer, typename = Target>
struct MeanKernel : MeanPortable<Layer> {};

}  // namespace thrum
