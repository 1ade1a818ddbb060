#pragma once

// What CONV_2D and DEPTHWISE_CONV_2D have in common: weights, biases and scales, and the way a sum
// becomes an output. Both have one bias per output channel, and one multiplier and shift for all of
// them or for each.

#include <stdint.h>

#include "thrum/core/progmem.h"
#include "thrum/nn/count.h"
#include "thrum/nn/requantize.h"
#include "thrum/nn/sliding_window.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

// Weights and scales in flash. Order of weights: output channel, y, x, input channel; depthwise: y,
// x, output channel. bias, multiplier and shift are those of DenseLayer.
struct ConvTables {
  const int8_t* weights;
  const int32_t* bias;
  const int32_t* multiplier;
  const int8_t* shift;
  bool per_channel;  // a multiplier and a shift for every output channel
};

using ConvFunction = void (*)(const WindowShape&, const ConvTables&, const int8_t*, int8_t*);

// The integers of one layer, as the generator writes them. kWeightCount: height * width * input
// channels * output channels, for a depthwise one height * width * output channels; kScaleCount: 1 or
// kOutputCount.
template <Count kWeightCount, Count kOutputCount, Count kScaleCount>
struct ConvLayer {
  static constexpr Count kWeights = kWeightCount;
  static constexpr Count kOutputs = kOutputCount;
  static constexpr Count kScales = kScaleCount;

  WindowShape shape;
  int8_t weights[kWeightCount];
  int32_t bias[kOutputCount];
  int32_t multiplier[kScaleCount];
  int8_t shift[kScaleCount];
};

// The layer as it is in flash, run by one function for all layers. Run's tables live on its stack.
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

namespace convolution {

// The output value of a channel whose sum is complete.
inline int8_t Scale(const WindowShape& shape, const ConvTables& tables, Count channel,
                    int32_t sum) {
  const Count scale = tables.per_channel ? channel : 0;
  const int32_t scaled =
      Requantize(sum, FlashRead(&tables.multiplier[scale]), FlashRead(&tables.shift[scale]));
  return ClampToInt8(scaled + shape.output_zero, shape.low, shape.high);
}

// A weight in flash times a value: 16 bits are enough, and cheaper on an AVR.
inline int32_t Multiply(const int8_t* weight, int8_t value) {
  return static_cast<int16_t>(FlashRead(weight)) * static_cast<int16_t>(value);
}

}  // namespace convolution
}  // namespace thrum
