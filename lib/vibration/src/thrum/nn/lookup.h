#pragma once

// Any function of one int8 value, element by element, from a table of 256: LOGISTIC, TANH, RELU and
// QUANTIZE of an int8 tensor, with any scales. The generator computes the table with TFLM's
// arithmetic, so it is exact whatever the function is; 256 bytes of flash and one load a value buy
// that.

#include <stdint.h>

#include "thrum/core/progmem.h"
#include "thrum/nn/count.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

// kValueCount: values of the tensor, 1 to 65535.
template <Count kValueCount>
struct LookupLayer {
  static constexpr Count kValues = kValueCount;

  int8_t table[256];  // output for input -128, -127, ... 127
};

template <typename Layer>
struct LookupPortable {
  using Packed = decltype(Layer::Get());

  static constexpr Packed Pack() { return Layer::Get(); }

  // input and output hold kValues values.
  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    for (Count i = 0; i < Packed::kValues; ++i) {
      output[i] = FlashRead(&flash.table[static_cast<uint8_t>(input[i] + 128)]);
    }
  }
};

template <typename Layer, typename = Target>
struct LookupKernel : LookupPortable<Layer> {};

}  // namespace thrum
