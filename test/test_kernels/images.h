#pragma once

// Made-up layers whose window slides over an image, and sums of two tensors, for test_main.cpp.

#include "layers.h"

namespace layers {

constexpr Count Outputs(Count length, Count window, Count stride, Count step, bool same) {
  return same ? (length + stride - 1) / stride : (length - (window - 1) * step - 1) / stride + 1;
}

constexpr Count Pad(Count length, Count window, Count stride, Count step, bool same) {
  const int32_t needed = static_cast<int32_t>(
      (Outputs(length, window, stride, step, same) - 1) * stride + (window - 1) * step + 1);
  const int32_t pad = needed - static_cast<int32_t>(length);
  return same && pad > 0 ? static_cast<Count>(pad) / 2 : 0;
}

struct Sides {
  Count height, width, channels;
};
struct Window {
  Count height, width, stride, step;
  bool same;
};

constexpr WindowShape Slide(Sides in, Count outputs, Window w, int8_t input_zero, Range range) {
  return {in.height,
          in.width,
          in.channels,
          Outputs(in.height, w.height, w.stride, w.step, w.same),
          Outputs(in.width, w.width, w.stride, w.step, w.same),
          outputs,
          w.height,
          w.width,
          w.stride,
          w.stride,
          w.step,
          w.step,
          Pad(in.height, w.height, w.stride, w.step, w.same),
          Pad(in.width, w.width, w.stride, w.step, w.same),
          input_zero,
          range.output_zero,
          range.low,
          range.high};
}

template <Count kW, Count kO, Count kS>
constexpr ConvLayer<kW, kO, kS> ConvNoise(WindowShape shape, uint32_t seed, int8_t shift,
                                          uint8_t spread) {
  ConvLayer<kW, kO, kS> layer = {};
  Random random = {seed};
  layer.shape = shape;
  for (int8_t& weight : layer.weights) {
    weight = static_cast<int8_t>(random.Next() % 255 - 127);
  }
  for (int32_t& bias : layer.bias) {
    bias = static_cast<int32_t>(random.Next()) - 32768;
  }
  for (Count s = 0; s < kS; ++s) {
    layer.multiplier[s] = random.Multiplier();
    layer.shift[s] = static_cast<int8_t>(shift - s % spread);
  }
  return layer;
}

// Both kernels of one layer, and the sizes of what they read and write.
#define THRUM_TEST_IMAGE(name, kernel, portable, in, outputs, window, ...)                  \
  struct name {                                                                             \
    using Shape = decltype(__VA_ARGS__);                                                    \
    static constexpr Shape Get() { return __VA_ARGS__; }                                    \
    static constexpr Count kInput = in.height * in.width * in.channels;                     \
    static constexpr Count kOutput =                                                        \
        Outputs(in.height, window.height, window.stride, window.step, window.same) *        \
        Outputs(in.width, window.width, window.stride, window.step, window.same) * outputs; \
    static void Target(const int8_t* input, int8_t* output);                                \
    static void Reference(const int8_t* input, int8_t* output);                             \
  };                                                                                        \
  constexpr kernel<name>::Packed kTarget##name = kernel<name>::Pack();                      \
  constexpr portable::Packed kPortable##name = portable::Pack();                            \
  inline void name::Target(const int8_t* input, int8_t* output) {                           \
    kernel<name>::Run(kTarget##name, input, output);                                        \
  }                                                                                         \
  inline void name::Reference(const int8_t* input, int8_t* output) {                        \
    portable::Run(kPortable##name, input, output);                                          \
  }

#define THRUM_TEST_CONV(name, in, outputs, window, scales, zero, range, seed, shift, spread) \
  using Portable##name = ConvPortable<struct name, Convolve>;                                \
  THRUM_TEST_IMAGE(                                                                          \
      name, ConvKernel, Portable##name, in, outputs, window,                                 \
      ConvNoise<outputs * window.height * window.width * in.channels, outputs, scales>(      \
          Slide(in, outputs, window, zero, range), seed, shift, spread))

#define THRUM_TEST_DEPTHWISE(name, in, outputs, window, scales, zero, range, seed, shift, spread) \
  using Portable##name = ConvPortable<struct name, ConvolveDepthwise>;                            \
  THRUM_TEST_IMAGE(name, DepthwiseKernel, Portable##name, in, outputs, window,                    \
                   ConvNoise<outputs * window.height * window.width, outputs, scales>(            \
                       Slide(in, outputs, window, zero, range), seed, shift, spread))

#define THRUM_TEST_POOL(name, kernel, function, in, window, range)        \
  using Portable##name = PoolPortable<struct name, function>;             \
  THRUM_TEST_IMAGE(name, kernel, Portable##name, in, in.channels, window, \
                   PoolLayer{Slide(in, in.channels, window, 0, range)})

constexpr Sides kGrey = {9, 7, 1};
constexpr Sides kThree = {6, 8, 3};
constexpr Sides kEight = {5, 6, 8};
constexpr Sides kLine = {1, 40, 3};
constexpr Sides kDeep = {3, 3, 150};
constexpr Window kPoint = {1, 1, 1, 1, false};
constexpr Window kPointStride = {1, 1, 2, 1, true};
constexpr Window kSame = {3, 3, 1, 1, true};
constexpr Window kStride = {3, 2, 2, 1, true};
constexpr Window kDilated = {2, 3, 1, 2, true};
constexpr Window kValid = {3, 3, 1, 1, false};
constexpr Window kLong = {1, 7, 2, 1, true};

THRUM_TEST_CONV(ConvGrey, kGrey, 8, kSame, 8, -128, kRelu, 1, -6, 3)
THRUM_TEST_CONV(ConvThree, kThree, 5, kStride, 1, 17, kLinear, 2, -8, 1)
THRUM_TEST_CONV(ConvPoint, kEight, 4, kPoint, 4, -3, kRelu6, 3, -8, 2)
THRUM_TEST_CONV(ConvPointStride, kEight, 7, kPointStride, 7, 0, kLinear, 4, -9, 5)
THRUM_TEST_CONV(ConvDilated, kThree, 6, kDilated, 6, 127, kReluAboveZero, 5, -7, 2)
THRUM_TEST_CONV(ConvLine, kLine, 4, kLong, 4, 5, kLinear, 6, -1, 4)
THRUM_TEST_CONV(ConvDeep, kDeep, 4, kSame, 4, -100, kRelu, 7, -10, 3)
THRUM_TEST_DEPTHWISE(DepthEight, kEight, 8, kSame, 8, -128, kRelu, 8, -6, 4)
THRUM_TEST_DEPTHWISE(DepthStride, kEight, 8, kStride, 1, 9, kLinear, 9, -5, 1)
THRUM_TEST_DEPTHWISE(DepthValid, kEight, 8, kValid, 8, 9, kRelu6, 10, -7, 1)
THRUM_TEST_DEPTHWISE(DepthDilated, kEight, 8, kDilated, 8, -7, kLinear, 11, -6, 2)
THRUM_TEST_DEPTHWISE(DepthThree, kThree, 3, kSame, 3, -128, kReluAboveZero, 12, -6, 3)
THRUM_TEST_DEPTHWISE(DepthTwice, kThree, 6, kSame, 6, 33, kLinear, 13, -6, 3)
THRUM_TEST_DEPTHWISE(DepthLeft, kEight, 8, kSame, 8, 33, kLinear, 14, 3, 8)
THRUM_TEST_POOL(MaxEight, MaxPoolKernel, MaxPool, kEight, kSame, kLinear)
THRUM_TEST_POOL(MaxThree, MaxPoolKernel, MaxPool, kThree, kStride, kRelu6)
THRUM_TEST_POOL(AverageEight, AveragePoolKernel, AveragePool, kEight, kStride, kRelu6)
THRUM_TEST_POOL(AverageDeep, AveragePoolKernel, AveragePool, kDeep, kValid, kLinear)

#undef THRUM_TEST_POOL
#undef THRUM_TEST_DEPTHWISE
#undef THRUM_TEST_CONV
#undef THRUM_TEST_IMAGE

// ADD with a shift of 0, as the larger input has, and with others.
struct AddOne {
  static constexpr AddLayer Get() {
    return {65, 65, 65, {-128, 1 << 30, 0}, {17, 1518500250, -1}, {-9, 1717986918, -18}, -128, 127};
  }
};
struct AddTwo {
  static constexpr AddLayer Get() {
    return {65, 65, 65, {5, 1518500250, -7}, {-128, 1 << 30, 0}, {-128, 2147483647, -16}, -128, 90};
  }
};

}  // namespace layers
