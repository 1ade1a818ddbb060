#pragma once

// FULLY_CONNECTED for Cortex-M cores with the DSP extension (M4, M7, M33). The inner loops are in
// fully_connected.S; here the constants are laid out for them at compile time. Chosen by kernels.h
// for every layer that Fits; the others run the portable kernel of ../fully_connected.h.
//
// It takes 2.5 instructions of arithmetic for 2 x 2 products and widens no weight by
// itself. One 16-bit lane holds the weights of two outputs, 256 * a + b. For inputs x, y and weight
// words v, w with b(v) the sign-extended low bytes of the lanes:
//   pair = sum(v * x + w * y) = 256 * A + B          two SMLAD, mod 2^32
//   low  = sum((y + b(v)) * (x + b(w)))              two SXTAB16 that widen and add, one SMLAD
//        = B + sum(x * y) + sum(b(v) * b(w))         (Winograd's inner product)
// The sum of x * y is the same for all outputs, that of b(v) * b(w) is part of the bias.
//
// Requantization: with e = -shift and s = 17 - e, t = floor(A * 2^s * multiplier / 2^32) + addend
// is the output in 16.16. TFLM rounds twice; for A >= 0 that equals one floor with the addend
// 2^15 + 2^(15-e) (+ output zero point). For A < 0 the first term is smaller by 2^(16-e), which
// does not matter below a fused ReLU.

#include <stdint.h>
#include <string.h>

#include "thrum/nn/fully_connected.h"

namespace thrum {

// One layer, as a stream of words that the kernel reads from start to end:
//   inputs * 2, 2^s, 2^(s-8), addend, general, outputs
//   for every four outputs:
//     start of the sums: 256 * A + B and B of outputs 2 and 0, the same of outputs 3 and 1
//     for every four inputs: words of outputs (2, 0), then (3, 1), each for inputs (2:0) and (3:1)
//     inputs * 2, multipliers of outputs 0, 2, 1, 3
//     if general: four shifts to the right beyond s, and what is added after them
// inputs is a multiple of 8, outputs of 4. input and output may be anywhere in memory.
void DenseStream(const uint32_t* stream, const int8_t* input,
                 int8_t* output) __asm__("thrum_cortex_m4_dense");

namespace cortex_m4 {

constexpr uint16_t kMostInputs = 512;  // two bytes of stack each
constexpr uint8_t kMostShift = 9;      // 2^(s-8) is an integer

constexpr uint16_t RoundUp(uint16_t value, uint16_t step) {
  return static_cast<uint16_t>((value + step - 1) / step * step);
}

// The smallest e of the layer, at most kMostShift; the others are shifted further.
template <typename Shape>
constexpr uint8_t CommonShift(const Shape& layer) {
  int8_t least = kMostShift;
  for (const int8_t shift : layer.shift) {
    least = static_cast<int8_t>(-shift < least ? -shift : least);
  }
  return static_cast<uint8_t>(least);
}

// The kernel shifts to the right only: every scale is at most a half.
template <typename Shape>
constexpr bool ShiftsFit(const Shape& layer) {
  for (const int8_t shift : layer.shift) {
    if (shift > -1) {
      return false;
    }
  }
  return true;
}

// -128 as the upper weight of a lane may leave 16 bits; TensorFlow Lite's weights start at -127.
template <typename Shape>
constexpr bool WeightsFit(const Shape& layer) {
  for (uint16_t k = 0; k < Shape::kOutputs; ++k) {
    for (uint16_t i = 0; i < Shape::kInputs; ++i) {
      if (layer.weights[k][i] == -128) {
        return false;
      }
    }
  }
  return true;
}

// |A| * 2^s < 2^31
template <typename Shape>
constexpr bool SumsFit(const Shape& layer) {
  const int32_t limit = INT32_C(1) << (14 + CommonShift(layer));
  for (uint16_t k = 0; k < Shape::kOutputs; ++k) {
    if (AccumulatorLow(layer, k) <= -limit || AccumulatorHigh(layer, k) >= limit) {
      return false;
    }
  }
  return true;
}

// Whether the kernel is exact for this layer.
template <typename Shape>
constexpr bool Fits(const Shape& layer) {
  return Shape::kInputs <= kMostInputs && ShiftsFit(layer) && WeightsFit(layer) && SumsFit(layer);
}

// Whether the rounding of negative sums shows in the output, or the shifts differ.
template <typename Shape>
constexpr bool IsGeneral(const Shape& layer) {
  for (const int8_t shift : layer.shift) {
    if (-shift != CommonShift(layer)) {
      return true;
    }
  }
  return layer.low < layer.output_zero;
}

// Writes the stream; what lies beyond the layer's inputs and outputs has weight 0.
template <typename Shape, uint16_t kWords>
class Packer {
 public:
  struct Stream {
    uint32_t words[kWords];
  };

  constexpr explicit Packer(const Shape& layer) : layer_(layer), stream_(), at_(0) {}

  constexpr Stream Pack() {
    const uint8_t scale = static_cast<uint8_t>(17 - CommonShift(layer_));
    const int32_t first = INT32_C(1) << (scale - 2);
    Put(2 * kInputs);
    Put(INT32_C(1) << scale);
    Put(INT32_C(1) << (scale - 8));
    Put(IsGeneral(layer_) ? first : first + Second());
    Put(IsGeneral(layer_));
    Put(kOutputs);
    for (uint16_t k = 0; k < kOutputs; k = static_cast<uint16_t>(k + 4)) {
      Group(k);
    }
    return stream_;
  }

 private:
  static constexpr uint16_t kInputs = RoundUp(Shape::kInputs, 8);
  static constexpr uint16_t kOutputs = RoundUp(Shape::kOutputs, 4);

  constexpr void Put(int32_t word) { stream_.words[at_++] = static_cast<uint32_t>(word); }

  // The second rounding and the zero point as unsigned bytes have it, 16.16.
  constexpr int32_t Second() const {
    return (INT32_C(1) << 15) + (layer_.output_zero + 128) * (INT32_C(1) << 16);
  }

  constexpr int32_t Weight(uint16_t k, uint16_t i) const {
    return k < Shape::kOutputs && i < Shape::kInputs ? layer_.weights[k][i] : 0;
  }

  constexpr void Group(uint16_t k) {
    Starts(k);
    Starts(static_cast<uint16_t>(k + 1));
    for (uint16_t i = 0; i < kInputs; i = static_cast<uint16_t>(i + 4)) {
      for (uint16_t pair = 0; pair < 4; ++pair) {
        Weights(static_cast<uint16_t>(k + pair / 2), static_cast<uint16_t>(i + pair % 2));
      }
    }
    Put(2 * kInputs);
    PutFour(k, false);
    if (IsGeneral(layer_)) {
      PutFour(k, true);
      Put(Second());
    }
  }

  // Of outputs k and k + 2.
  constexpr void Starts(uint16_t k) {
    const int32_t low = k < Shape::kOutputs ? layer_.bias[k] : 0;
    const int32_t high = k + 2 < Shape::kOutputs ? layer_.bias[k + 2] : 0;
    int32_t products = 0;
    for (uint16_t i = 0; i < kInputs; i = static_cast<uint16_t>(i + 2)) {
      products += Weight(k, i) * Weight(k, static_cast<uint16_t>(i + 1));
    }
    Put(static_cast<int32_t>(static_cast<uint32_t>(high) * 256u + static_cast<uint32_t>(low)));
    Put(low - products);
  }

  // Of outputs k and k + 2, inputs i and i + 2.
  constexpr void Weights(uint16_t k, uint16_t i) {
    const uint32_t low = Lane(k, i);
    const uint32_t high = Lane(k, static_cast<uint16_t>(i + 2));
    Put(static_cast<int32_t>(low | high << 16));
  }

  constexpr uint32_t Lane(uint16_t k, uint16_t i) const {
    const uint16_t upper = static_cast<uint16_t>(k + 2);
    return static_cast<uint16_t>(256 * Weight(upper, i) + Weight(k, i));
  }

  // Multipliers or further shifts.
  constexpr void PutFour(uint16_t k, bool shifts) {
    constexpr uint8_t kOrder[4] = {0, 2, 1, 3};
    for (const uint8_t offset : kOrder) {
      const uint16_t output = static_cast<uint16_t>(k + offset);
      const uint16_t scale = Shape::kScales == 1 || output >= Shape::kOutputs ? 0 : output;
      Put(shifts ? -layer_.shift[scale] - CommonShift(layer_) : layer_.multiplier[scale]);
    }
  }

  const Shape& layer_;
  Stream stream_;
  uint16_t at_;
};

}  // namespace cortex_m4

// The kernel behind the interface of kernels.h. Inputs and outputs that are no multiples of 8 and 4
// go through buffers on the stack, at most kMostInputs bytes.
template <typename Layer>
struct DenseCortexM4 {
 private:
  using Shape = decltype(Layer::Get());
  static constexpr uint16_t kInputs = cortex_m4::RoundUp(Shape::kInputs, 8);
  static constexpr uint16_t kOutputs = cortex_m4::RoundUp(Shape::kOutputs, 4);
  // Words for four outputs: starts, weights, counter and multipliers, and what a general layer adds.
  static constexpr uint16_t kGroupWords =
      static_cast<uint16_t>(4 + kInputs + 5 + (cortex_m4::IsGeneral(Layer::Get()) ? 5 : 0));
  using Packer = cortex_m4::Packer<Shape, 6 + kOutputs / 4 * kGroupWords>;

 public:
  using Packed = typename Packer::Stream;

  static constexpr Packed Pack() { return Packer(Layer::Get()).Pack(); }

  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    int8_t padded[kInputs == Shape::kInputs ? 1 : kInputs];
    if (kInputs != Shape::kInputs) {
      memcpy(padded, input, Shape::kInputs);
      memset(padded + Shape::kInputs, 0, kInputs - Shape::kInputs);
      input = padded;
    }
    if (kOutputs == Shape::kOutputs) {
      DenseStream(flash.words, input, output);
    } else {
      int8_t results[kOutputs];
      DenseStream(flash.words, input, results);
      memcpy(output, results, Shape::kOutputs);
    }
    Clamp(output);
  }

 private:
  // The kernel saturates to int8. Nothing is left to do in most layers.
  static void Clamp(int8_t* output) {
    constexpr int8_t kLow = Layer::Get().low;
    constexpr int8_t kHigh = Layer::Get().high;
    for (uint16_t k = 0; (kLow > -128 || kHigh < 127) && k < Shape::kOutputs; ++k) {
      output[k] = ClampToInt8(output[k], kLow, kHigh);
    }
  }
};

template <typename Layer>
struct DenseKernel<Layer, CortexM4>
    : Select<cortex_m4::Fits(Layer::Get()), DenseCortexM4<Layer>, DensePortable<Layer>> {};

}  // namespace thrum
