#pragma once

// PRELU: positive int8 values are rescaled, negative ones are multiplied by a constant factor first. The
// factors repeat: one for all values, one for each channel, or one for each value.

#include <stdint.h>

#include "thrum/core/progmem.h"
#include "thrum/nn/count.h"
#include "thrum/nn/requantize.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

template <Count kValueCount, Count kFactorCount>
struct PreluLayer {
  static constexpr Count kValues = kValueCount;
  static constexpr Count kFactors = kFactorCount;  // kValues is a multiple of it

  int8_t input_zero, output_zero;
  int32_t positive_multiplier;  // Q31
  int8_t positive_shift;
  int32_t negative_multiplier;  // of input times factor
  int8_t negative_shift;
  int16_t factors[kFactorCount];  // less their zero point, -255 to 255
};

template <typename Layer>
struct PreluPortable {
  using Packed = decltype(Layer::Get());

  static constexpr Packed Pack() { return Layer::Get(); }

  // input and output hold kValues values, apart.
  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    Count at = 0;
    for (Count i = 0; i < Packed::kValues; ++i) {
      output[i] = One(input[i], FlashRead(&flash.factors[at]));
      at = at + 1 == Packed::kFactors ? 0 : static_cast<Count>(at + 1);
    }
  }

 private:
  static constexpr Packed kLayer = Layer::Get();

  static int8_t One(int8_t raw, int16_t factor) {
    const int32_t value = raw - kLayer.input_zero;
    const int32_t scaled =
        value >= 0 ? Requantize(value, kLayer.positive_multiplier, kLayer.positive_shift)
                   : Requantize(value * factor, kLayer.negative_multiplier, kLayer.negative_shift);
    return ClampToInt8(scaled + kLayer.output_zero, -128, 127);
  }
};

template <typename Layer, typename = Target>
struct PreluKernel : PreluPortable<Layer> {};

}  // namespace thrum
