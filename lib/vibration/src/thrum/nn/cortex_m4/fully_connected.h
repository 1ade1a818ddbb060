#pragma once

// FULLY_CONNECTED for Cortex-M cores with the DSP extension (M4, M7, M33), and the row of products that
// conv_2d.h needs for every pixel. The inner loops are in fully_connected.S; here the constants are
// laid out for them at compile time. Chosen by kernels.h:
//   DenseCortexM4  where a row has at most kMostInputs inputs and the short requantization is exact
//   DenseSums      any other layer: exact sums, kChunk inputs at a time, then TFLM's requantization
//   DensePortable  a weight of -128, which TensorFlow Lite's quantizer does not make
// thrum/compiler/cortex_m4.py chooses by the same rules, for plans and for the layers of packed.h;
// test/python/compiler/test_cortex_m4.py compares both.
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

#include "thrum/nn/cortex_m4/requantize.h"
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

// Adds to sums, one for each output, the products of at most kChunk inputs. The stream:
//   inputs * 2, outputs * 4
//   for every four outputs:
//     start of the sums, words of weights: as above
//     inputs * 2
void SumStream(const uint32_t* stream, const int8_t* input,
               int32_t* sums) __asm__("thrum_cortex_m4_sums");

namespace cortex_m4 {

constexpr Count kMostInputs = 1024;  // of DenseCortexM4: two bytes of stack each
constexpr Count kChunk = 512;        // 512 * 127 * 128 < 2^23: A has 24 bits
constexpr uint8_t kMostShift = 9;    // 2^(s-8) is an integer

constexpr Count RoundUp(Count value, Count step) { return (value + step - 1) / step * step; }

// What decides how a layer can be computed.
struct Facts {
  bool weights_fit;  // no -128: as the upper weight of a lane it may leave 16 bits
  bool shifts_fit;   // all to the right by 1 or more: every scale is at most a half
  uint8_t common;    // smallest shift to the right, at most kMostShift; others are shifted further
  bool general;      // the rounding of negative sums shows in the output, or shifts differ
  int32_t largest_sum;  // bound of |accumulator|
};

template <typename Shape>
constexpr int32_t LargestSum(const Shape& layer, Count k) {
  const int32_t low = AccumulatorLow(layer, k);
  const int32_t high = AccumulatorHigh(layer, k);
  return -low > high ? -low : high;
}

template <typename Shape>
constexpr Facts Examine(const Shape& layer) {
  Facts facts = {true, true, kMostShift, layer.low < layer.output_zero, 0};
  for (const int8_t shift : layer.shift) {
    facts.shifts_fit = facts.shifts_fit && shift <= -1;
    facts.common = -shift < facts.common ? static_cast<uint8_t>(-shift) : facts.common;
  }
  for (const int8_t shift : layer.shift) {
    facts.general = facts.general || -shift != facts.common;
  }
  for (Count k = 0; k < Shape::kOutputs; ++k) {
    const int32_t sum = LargestSum(layer, k);
    facts.largest_sum = sum > facts.largest_sum ? sum : facts.largest_sum;
    for (Count i = 0; i < Shape::kInputs; ++i) {
      facts.weights_fit = facts.weights_fit && layer.weights[k][i] != -128;
    }
  }
  return facts;
}

// Whether DenseCortexM4 is exact for this layer: |A| * 2^s < 2^31.
template <typename Shape>
constexpr bool Fits(const Facts& facts) {
  return Shape::kInputs <= kMostInputs && facts.weights_fit && facts.shifts_fit &&
         facts.largest_sum < INT32_C(1) << (14 + facts.common);
}

// Writes the words of both streams; what lies beyond the layer's inputs and outputs has weight 0.
template <typename Shape>
class Packer {
 public:
  static constexpr Count kOutputs = RoundUp(Shape::kOutputs, 4);

  constexpr Packer(const Shape& layer, Facts facts, uint32_t* words)
      : layer_(layer), facts_(facts), words_(words), at_(0) {}

  constexpr void Dense() {
    const Count inputs = RoundUp(Shape::kInputs, 8);
    const uint8_t scale = static_cast<uint8_t>(17 - facts_.common);
    const int32_t first = INT32_C(1) << (scale - 2);
    Put(static_cast<int32_t>(2 * inputs));
    Put(INT32_C(1) << scale);
    Put(INT32_C(1) << (scale - 8));
    Put(facts_.general ? first : first + Second());
    Put(facts_.general);
    Put(static_cast<int32_t>(kOutputs));
    for (Count k = 0; k < kOutputs; k += 4) {
      Group(k, 0, inputs, true);
      PutFour(k, false);
      if (facts_.general) {
        PutFour(k, true);
        Put(Second());
      }
    }
  }

  constexpr void Sums() {
    for (Count from = 0; from < Shape::kInputs; from += kChunk) {
      const Count rest = RoundUp(Shape::kInputs - from, 8);
      const Count inputs = rest < kChunk ? rest : kChunk;
      Put(static_cast<int32_t>(2 * inputs));
      Put(static_cast<int32_t>(4 * kOutputs));
      for (Count k = 0; k < kOutputs; k += 4) {
        Group(k, from, inputs, false);
      }
    }
  }

 private:
  constexpr void Put(int32_t word) { words_[at_++] = static_cast<uint32_t>(word); }

  // The second rounding and the zero point as unsigned bytes have it, 16.16.
  constexpr int32_t Second() const {
    return (INT32_C(1) << 15) + (layer_.output_zero + 128) * (INT32_C(1) << 16);
  }

  constexpr int32_t Weight(Count k, Count i) const {
    return k < Shape::kOutputs && i < Shape::kInputs ? layer_.weights[k][i] : 0;
  }

  constexpr int32_t Bias(Count k, bool biased) const {
    return biased && k < Shape::kOutputs ? layer_.bias[k] : 0;
  }

  // Starts, weights and counter of four outputs.
  constexpr void Group(Count k, Count from, Count inputs, bool biased) {
    Starts(k, from, inputs, biased);
    Starts(k + 1, from, inputs, biased);
    for (Count i = from; i < from + inputs; i += 4) {
      for (Count pair = 0; pair < 4; ++pair) {
        Weights(k + pair / 2, i + pair % 2);
      }
    }
    Put(static_cast<int32_t>(2 * inputs));
  }

  // Of outputs k and k + 2.
  constexpr void Starts(Count k, Count from, Count inputs, bool biased) {
    const int32_t low = Bias(k, biased);
    const int32_t high = Bias(k + 2, biased);
    int32_t products = 0;
    for (Count i = from; i < from + inputs; i += 2) {
      products += Weight(k, i) * Weight(k, i + 1);
    }
    Put(static_cast<int32_t>(static_cast<uint32_t>(high) * 256u + static_cast<uint32_t>(low)));
    Put(low - products);
  }

  // Of outputs k and k + 2, inputs i and i + 2.
  constexpr void Weights(Count k, Count i) {
    const uint32_t low = Lane(k, i);
    const uint32_t high = Lane(k, i + 2);
    Put(static_cast<int32_t>(low | high << 16));
  }

  constexpr uint32_t Lane(Count k, Count i) const {
    return static_cast<uint16_t>(256 * Weight(k + 2, i) + Weight(k, i));
  }

  // Multipliers or further shifts.
  constexpr void PutFour(Count k, bool shifts) {
    constexpr uint8_t kOrder[4] = {0, 2, 1, 3};
    for (const uint8_t offset : kOrder) {
      const Count output = k + offset;
      const Count scale = Shape::kScales == 1 || output >= Shape::kOutputs ? 0 : output;
      Put(shifts ? -layer_.shift[scale] - facts_.common : layer_.multiplier[scale]);
    }
  }

  const Shape& layer_;
  const Facts facts_;
  uint32_t* words_;
  Count at_;
};

template <typename Layer>
struct Examined {
  static constexpr Facts kFacts = Examine(Layer::Get());
};

}  // namespace cortex_m4

// The kernel behind the interface of kernels.h. Inputs and outputs that are no multiples of 8 and 4
// go through buffers on the stack, at most kMostInputs bytes.
template <typename Layer>
struct DenseCortexM4 {
 private:
  using Shape = decltype(Layer::Get());
  static constexpr Count kInputs = cortex_m4::RoundUp(Shape::kInputs, 8);
  static constexpr Count kOutputs = cortex_m4::RoundUp(Shape::kOutputs, 4);
  // Words for four outputs: starts, weights, counter and multipliers, and what a general layer adds.
  static constexpr Count kGroupWords =
      4 + kInputs + 5 + (cortex_m4::Examined<Layer>::kFacts.general ? 5 : 0);

 public:
  struct Packed {
    uint32_t words[6 + kOutputs / 4 * kGroupWords];
  };

  static constexpr Packed Pack() {
    Packed packed = {};
    const Shape layer = Layer::Get();
    cortex_m4::Packer<Shape>(layer, cortex_m4::Examined<Layer>::kFacts, packed.words).Dense();
    return packed;
  }

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
    // The kernel saturates to int8. Nothing is left to do in most layers.
    if (Layer::Get().low > -128 || Layer::Get().high < 127) {
      cortex_m4::Clamp(Layer::Get().low, Layer::Get().high, output, Shape::kOutputs);
    }
  }
};

// Any number of inputs and any scale. Stack: two bytes for each of at most kChunk inputs, four for each
// output.
template <typename Layer>
struct DenseSums {
 private:
  using Shape = decltype(Layer::Get());
  static constexpr Count kOutputs = cortex_m4::RoundUp(Shape::kOutputs, 4);
  static constexpr Count kWhole = Shape::kInputs / cortex_m4::kChunk;  // chunks
  static constexpr Count kRest = Shape::kInputs % cortex_m4::kChunk;
  static constexpr Count kPadded = cortex_m4::RoundUp(kRest, 8);

  static constexpr Count Words(Count inputs) {
    return inputs == 0 ? 0 : 2 + kOutputs / 4 * (4 + inputs + 1);
  }

 public:
  struct Packed {
    uint32_t words[kWhole * Words(cortex_m4::kChunk) + Words(kPadded)];
    int32_t bias[Shape::kOutputs];
    int32_t multiplier[Shape::kScales];
    int8_t shift[Shape::kScales];
  };

  static constexpr Packed Pack() {
    Packed packed = {};
    const Shape layer = Layer::Get();
    cortex_m4::Packer<Shape>(layer, cortex_m4::Examined<Layer>::kFacts, packed.words).Sums();
    for (Count k = 0; k < Shape::kOutputs; ++k) {
      packed.bias[k] = layer.bias[k];
    }
    for (Count s = 0; s < Shape::kScales; ++s) {
      packed.multiplier[s] = layer.multiplier[s];
      packed.shift[s] = layer.shift[s];
    }
    return packed;
  }

  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    constexpr Shape kLayer = Layer::Get();
    int32_t sums[kOutputs];
    memcpy(sums, flash.bias, sizeof(flash.bias));
    const uint32_t* words = flash.words;
    for (Count chunk = 0; chunk < kWhole; ++chunk) {
      SumStream(words, input, sums);
      words += Words(cortex_m4::kChunk);
      input += cortex_m4::kChunk;
    }
    Rest(words, input, sums);
    const cortex_m4::Scales scales = {flash.multiplier,   flash.shift, Shape::kScales > 1,
                                      kLayer.output_zero, kLayer.low,  kLayer.high};
    cortex_m4::Requantize<kSimple>(scales, sums, output, Shape::kOutputs);
  }

 private:
  static constexpr bool kSimple =
      cortex_m4::IsSimple(cortex_m4::Examined<Layer>::kFacts.shifts_fit,
                          cortex_m4::Examined<Layer>::kFacts.largest_sum);

  static void Rest(const uint32_t* words, const int8_t* input, int32_t* sums) {
    if (kRest == 0) {
      return;
    }
    int8_t padded[kPadded == kRest ? 1 : kPadded];
    if (kPadded != kRest) {
      memcpy(padded, input, kRest);
      memset(padded + kRest, 0, kPadded - kRest);
      input = padded;
    }
    SumStream(words, input, sums);
  }
};

namespace cortex_m4 {

template <typename Layer>
using Dense =
    Select<Fits<decltype(Layer::Get())>(Examined<Layer>::kFacts), DenseCortexM4<Layer>,
           Select<Examined<Layer>::kFacts.weights_fit, DenseSums<Layer>, DensePortable<Layer>>>;

}  // namespace cortex_m4

template <typename Layer>
struct DenseKernel<Layer, CortexM4> : cortex_m4::Dense<Layer> {};

}  // namespace thrum
