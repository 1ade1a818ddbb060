#pragma once

// QUANTIZE: the float32 input of a network becomes int8. Called by the generated engine as its first
// step. An int8 tensor that changes its scale is a table instead (lookup.h).
//
//   output[i] = clamp(round(input[i] / scale) + zero, -128, 127)
// The division is one in single precision, as in TFLM: a multiplication by the reciprocal would round
// some inputs to the other side.

#include <stdint.h>

#include "thrum/nn/count.h"
#include "thrum/nn/float_scale.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

// round(value / scale) + zero in single precision, halves away from zero, saturated. The reference
// is undefined where value / scale leaves int32 (on x86 it returns 127 for minus infinity); this
// saturates there, and gives NaN the zero point.
inline int8_t QuantizeFloat(float value, float scale, int8_t zero) {
  const float scaled = value / scale;
  const int16_t low = static_cast<int16_t>(-128 - zero);
  const int16_t high = static_cast<int16_t>(127 - zero);
  if (scaled >= static_cast<float>(high)) {
    return 127;
  }
  if (scaled <= static_cast<float>(low)) {
    return -128;
  }
  if (scaled != scaled) {
    return zero;
  }
  const int16_t whole = static_cast<int16_t>(scaled);
  const float rest = scaled - static_cast<float>(whole);  // exact
  const int8_t away = rest >= 0.5f ? 1 : rest <= -0.5f ? -1 : 0;
  return static_cast<int8_t>(whole + away + zero);
}

template <typename Layer>
struct QuantizeInputPortable {
  struct Packed {};  // two numbers: immediates

  static constexpr Packed Pack() { return {}; }

  // input and output hold Layer::Get().kValues values.
  static void Run(const Packed&, const float* input, int8_t* output) {
    constexpr auto kLayer = Layer::Get();
    for (Count i = 0; i < kLayer.kValues; ++i) {
      output[i] = QuantizeFloat(input[i], kLayer.scale, kLayer.zero);
    }
  }
};

template <typename Layer, typename = Target>
struct QuantizeInputKernel : QuantizeInputPortable<Layer> {};

}  // namespace thrum
