#pragma once

// MUL: the product of two int8 tensors, value by value. A tensor that is smaller than the output repeats.

#include <stdint.h>

#include "thrum/nn/count.h"
#include "thrum/nn/requantize.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

struct MulLayer {
  Count count;                        // values of the output
  Count first_period, second_period;  // values of the inputs; `count` is a multiple of each
  int8_t first_zero, second_zero, output_zero;
  int32_t multiplier;  // Q31, of the product
  int8_t shift;
  int8_t low, high;
};

// first, second and output hold as many values as the layer says; they do not overlap.
void Mul(const MulLayer& layer, const int8_t* first, const int8_t* second, int8_t* output);

template <typename Layer>
struct MulPortable {
  struct Packed {};  // numbers: immediates

  static constexpr Packed Pack() { return {}; }

  static void Run(const Packed&, const int8_t* first, const int8_t* second, int8_t* output) {
    constexpr MulLayer kLayer = Layer::Get();
    Mul(kLayer, first, second, output);
  }
};

template <typename Layer, typename = Target>
struct MulKernel : MulPortable<Layer> {};

}  // namespace thrum
