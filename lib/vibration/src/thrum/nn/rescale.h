#pragma once

// QUANTIZE between integers of different widths: int8, int16 and int32 of one scale each. From int8 to
// int8 it is a table instead (lookup.h).

#include <stdint.h>

#include "thrum/nn/count.h"
#include "thrum/nn/requantize.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

// output = clamp(Requantize(input - input_zero, multiplier, shift) + output_zero, low, high)
template <typename InputType, typename OutputType, Count kValueCount>
struct RescaleLayer {
  using Input = InputType;
  using Output = OutputType;
  static constexpr Count kValues = kValueCount;

  int32_t input_zero, output_zero;
  int32_t multiplier;  // Q31
  int8_t shift;
  int32_t low, high;  // of the output's type
};

template <typename Layer>
struct RescalePortable {
  struct Packed {};  // numbers: immediates

  static constexpr Packed Pack() { return {}; }

  // input and output hold kValues values, apart.
  static void Run(const Packed&, const typename decltype(Layer::Get())::Input* input,
                  typename decltype(Layer::Get())::Output* output) {
    constexpr auto kLayer = Layer::Get();
    for (Count i = 0; i < kLayer.kValues; ++i) {
      const int32_t scaled =
          Requantize(input[i] - kLayer.input_zero, kLayer.multiplier, kLayer.shift) +
          kLayer.output_zero;
      const int32_t above = scaled < kLayer.low ? kLayer.low : scaled;
      output[i] =
          static_cast<typename decltype(kLayer)::Output>(above > kLayer.high ? kLayer.high : above);
    }
  }
};

template <typename Layer, typename = Target>
struct RescaleKernel : RescalePortable<Layer> {};

}  // namespace thrum
