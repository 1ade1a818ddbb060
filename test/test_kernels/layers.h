#pragma once

// Made-up Dense layers for test_main.cpp, each packed for the portable kernel and for the target's.

#include <stdint.h>

#include "thrum/nn/kernels.h"

namespace layers {

using namespace thrum;

// Numerical Recipes' generator: 16 good bits per step.
struct Random {
  uint32_t state;

  constexpr uint16_t Next() {
    state = state * UINT32_C(1664525) + UINT32_C(1013904223);
    return static_cast<uint16_t>(state >> 16);
  }
  constexpr int32_t Multiplier() {  // Q31, 2^30 to 2^31 - 1
    const uint32_t high = static_cast<uint32_t>(Next()) << 14;
    return static_cast<int32_t>((UINT32_C(1) << 30) + high + (Next() & 0x3FFF));
  }
};

struct Range {
  int8_t output_zero, low, high;
};
constexpr Range kRelu = {-128, -128, 127};
constexpr Range kReluAboveZero = {-28, -28, 127};
constexpr Range kRelu6 = {-128, -128, 100};
constexpr Range kLinear = {17, -128, 127};

// Random weights from -127 to 127. Shifts are shift, shift - 1, ... over `spread` values.
template <Count kI, Count kO, Count kS>
constexpr DenseLayer<kI, kO, kS> Noise(uint32_t seed, Range range, int8_t shift,
                                       uint8_t spread = 1) {
  DenseLayer<kI, kO, kS> layer = {};
  Random random = {seed};
  for (Count k = 0; k < kO; ++k) {
    for (Count i = 0; i < kI; ++i) {
      layer.weights[k][i] = static_cast<int8_t>(random.Next() % 255 - 127);
    }
    layer.bias[k] = static_cast<int32_t>(random.Next()) - 32768;
  }
  for (Count s = 0; s < kS; ++s) {
    layer.multiplier[s] = random.Multiplier();
    layer.shift[s] = static_cast<int8_t>(shift - s % spread);
  }
  layer.output_zero = range.output_zero;
  layer.low = range.low;
  layer.high = range.high;
  return layer;
}

// Every output sees 127 * (input 0 + ... + input kI - 2) + input kI - 1: see Reach in test_main.cpp.
template <Count kI, Count kO, Count kS>
constexpr DenseLayer<kI, kO, kS> Ruler(uint32_t seed, Range range, int8_t shift, uint8_t spread) {
  DenseLayer<kI, kO, kS> layer = Noise<kI, kO, kS>(seed, range, shift, spread);
  for (Count k = 0; k < kO; ++k) {
    for (Count i = 0; i < kI; ++i) {
      layer.weights[k][i] = i + 1 < kI ? 127 : 1;
    }
    layer.bias[k] = 0;
  }
  if (kS > 1) {
    layer.multiplier[0] = INT32_C(1) << 30;
    layer.multiplier[kS - 1] = INT32_MAX;
  }
  return layer;
}

template <Count kI, Count kO, Count kS>
constexpr DenseLayer<kI, kO, kS> WithWeight(DenseLayer<kI, kO, kS> layer, int8_t weight) {
  for (Count k = 0; k < kO; ++k) {
    for (Count i = 0; i < kI; ++i) {
      layer.weights[k][i] = layer.weights[k][i] < 0 ? weight : layer.weights[k][i];
    }
  }
  return layer;
}

// Four outputs with one multiplier, four with another.
template <Count kI>
constexpr DenseLayer<kI, 8, 8> WithMultipliers(DenseLayer<kI, 8, 8> layer, int32_t a, int32_t b) {
  for (uint8_t k = 0; k < 8; ++k) {
    layer.multiplier[k] = k < 4 ? a : b;
  }
  return layer;
}

#define THRUM_TEST_LAYER(name, ...)                                                                \
  struct name {                                                                                    \
    using Shape = decltype(__VA_ARGS__);                                                           \
    static constexpr Shape Get() { return __VA_ARGS__; }                                           \
    static void Target(const int8_t* input, int8_t* output);                                       \
    static void Reference(const int8_t* input, int8_t* output);                                    \
    static int8_t Weight(Count k, Count i);                                                        \
  };                                                                                               \
  constexpr DenseKernel<name>::Packed kTarget##name THRUM_FLASH = DenseKernel<name>::Pack();       \
  constexpr DensePortable<name>::Packed kPortable##name THRUM_FLASH = DensePortable<name>::Pack(); \
  inline void name::Target(const int8_t* input, int8_t* output) {                                  \
    DenseKernel<name>::Run(kTarget##name, input, output);                                          \
  }                                                                                                \
  inline void name::Reference(const int8_t* input, int8_t* output) {                               \
    DensePortable<name>::Run(kPortable##name, input, output);                                      \
  }                                                                                                \
  inline int8_t name::Weight(Count k, Count i) { return FlashRead(&kPortable##name.weights[k][i]); }

// Shapes of the default model and around them.
THRUM_TEST_LAYER(First, Noise<32, 16, 1>(1, kRelu, -9))
THRUM_TEST_LAYER(Second, Noise<16, 8, 1>(2, kRelu, -7))
THRUM_TEST_LAYER(Third, Noise<8, 2, 1>(3, kLinear, -7))
THRUM_TEST_LAYER(PerChannel, Noise<32, 16, 16>(4, kRelu, -5, 6))
THRUM_TEST_LAYER(PerChannelLinear, Noise<16, 5, 5>(5, kLinear, -6, 5))
THRUM_TEST_LAYER(Single, Noise<1, 1, 1>(6, kLinear, -3))
THRUM_TEST_LAYER(Uneven, Noise<13, 7, 1>(7, kRelu, -8))
THRUM_TEST_LAYER(Wide, Noise<60, 3, 3>(8, kLinear, -10, 3))
THRUM_TEST_LAYER(AboveZero, Noise<9, 6, 1>(9, kReluAboveZero, -7))
THRUM_TEST_LAYER(Six, Noise<12, 6, 6>(10, kRelu6, -6, 4))
// Limits: all weights at an end, multipliers of one half and more, a vanishing output.
THRUM_TEST_LAYER(Heavy, WithWeight(Noise<32, 4, 1>(11, kLinear, -9), -127))
THRUM_TEST_LAYER(Full, WithWeight(Noise<16, 4, 1>(12, kRelu, -8), -128))
THRUM_TEST_LAYER(Half, Ruler<1, 4, 1>(13, kLinear, 0, 1))
THRUM_TEST_LAYER(Left, Noise<4, 4, 1>(14, kLinear, 3))
THRUM_TEST_LAYER(Vanishing, Noise<8, 4, 4>(15, kLinear, -28, 4))
// Every accumulator.
THRUM_TEST_LAYER(RulerRelu, Ruler<5, 8, 1>(16, kRelu, -7, 1))
THRUM_TEST_LAYER(RulerLinear, Ruler<5, 8, 1>(17, kLinear, -8, 1))
THRUM_TEST_LAYER(RulerChannels, Ruler<5, 8, 8>(18, kLinear, -4, 8))
THRUM_TEST_LAYER(RulerChannelsRelu, Ruler<5, 8, 8>(19, kReluAboveZero, -5, 7))
THRUM_TEST_LAYER(RulerCoarse, Ruler<2, 8, 8>(20, kLinear, -1, 4))
// Multipliers at which a sum, before the last floor, is an integer or the smallest step below one:
// 256 and 2633, -384 and -1019.
THRUM_TEST_LAYER(NearPositive,
                 WithMultipliers(Ruler<5, 8, 8>(21, kRelu, -7, 1), 1606418432, 1304557575))
THRUM_TEST_LAYER(NearNegative,
                 WithMultipliers(Ruler<5, 8, 8>(22, kLinear, -7, 1), 1786773504, 1752338227))

#if !defined(__AVR__)
// Beyond what the short requantization of the Cortex-M4 holds: sums of any size, inputs in chunks,
// scales of more than a half.
THRUM_TEST_LAYER(Coarse, Noise<40, 6, 6>(23, kLinear, -1, 5))
THRUM_TEST_LAYER(Chunked, Noise<1029, 5, 5>(24, kRelu6, -11, 3))
THRUM_TEST_LAYER(TwoChunks, WithWeight(Noise<1024, 4, 1>(25, kLinear, -13), -127))
THRUM_TEST_LAYER(Thousands, Noise<4000, 3, 1>(26, kLinear, -12))
THRUM_TEST_LAYER(LeftAndRight, Noise<24, 8, 8>(27, kLinear, 3, 8))
#endif

#undef THRUM_TEST_LAYER

}  // namespace layers
