#pragma once

// Operators that slide a window over an image of int8 in NHWC order, one image at a time: CONV_2D,
// DEPTHWISE_CONV_2D, MAX_POOL_2D, AVERAGE_POOL_2D. One-dimensional networks have height 1.

#include <stdint.h>

#include "thrum/core/progmem.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

struct WindowShape {
  uint16_t input_height, input_width, input_channels;
  uint16_t output_height, output_width, output_channels;
  uint16_t height, width;  // of the window
  uint16_t stride_y, stride_x;
  uint16_t step_y, step_x;     // dilation
  uint16_t pad_top, pad_left;  // values outside count as input_zero; pools leave them out
  int8_t input_zero;
  int8_t output_zero, low, high;  // as in DenseLayer
};

// Weights and scales in flash. Order of weights: output channel, y, x, input channel; depthwise: y, x,
// output channel. bias, multiplier and shift are those of DenseLayer.
struct ConvTables {
  const int8_t* weights;
  const int32_t* bias;
  const int32_t* multiplier;
  const int8_t* shift;
  bool per_channel;
};

void Convolve(const WindowShape& shape, const ConvTables& tables, const int8_t* input,
              int8_t* output);
void ConvolveDepthwise(const WindowShape& shape, const ConvTables& tables, const int8_t* input,
                       int8_t* output);
void MaxPool(const WindowShape& shape, const int8_t* input, int8_t* output);
void AveragePool(const WindowShape& shape, const int8_t* input, int8_t* output);

using ConvFunction = void (*)(const WindowShape&, const ConvTables&, const int8_t*, int8_t*);
using PoolFunction = void (*)(const WindowShape&, const int8_t*, int8_t*);

template <uint16_t kWeightCount, uint16_t kOutputCount, uint16_t kScaleCount>
struct ConvLayer {
  static constexpr uint16_t kOutputs = kOutputCount;
  static constexpr uint16_t kScales = kScaleCount;

  WindowShape shape;
  int8_t weights[kWeightCount];
  int32_t bias[kOutputCount];
  int32_t multiplier[kScaleCount];
  int8_t shift[kScaleCount];
};

struct PoolLayer {
  WindowShape shape;
};

template <typename Layer, ConvFunction kFunction>
struct ConvPortable {
  using Packed = decltype(Layer::Get());

  static constexpr Packed Pack() { return Layer::Get(); }

  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    constexpr WindowShape kShape = Layer::Get().shape;
    const ConvTables tables = {flash.weights, flash.bias, flash.multiplier, flash.shift,
                               Packed::kScales > 1};
    kFunction(kShape, tables, input, output);
  }
};

template <typename Layer, PoolFunction kFunction>
struct PoolPortable {
  struct Packed {};  // the shape is immediates

  static constexpr Packed Pack() { return {}; }

  static void Run(const Packed&, const int8_t* input, int8_t* output) {
    constexpr WindowShape kShape = Layer::Get().shape;
    kFunction(kShape, input, output);
  }
};

template <typename Layer, typename = Target>
struct ConvKernel : ConvPortable<Layer, Convolve> {};
template <typename Layer, typename = Target>
struct DepthwiseKernel : ConvPortable<Layer, ConvolveDepthwise> {};
template <typename Layer, typename = Target>
struct MaxPoolKernel : PoolPortable<Layer, MaxPool> {};
template <typename Layer, typename = Target>
struct AveragePoolKernel : PoolPortable<Layer, AveragePool> {};

}  // namespace thrum
