#pragma once

// Layers whose words the generator has packed: constant expressions may not take as many steps as more
// than 65,536 weights need. Each has what its kernel asks of a layer, but no weights. Which kernel runs
// it stands in the generated header; thrum/compiler/cortex_m4.py chooses by the rules of the headers
// beside this file.

#include "thrum/nn/cortex_m4/conv_2d.h"
#include "thrum/nn/cortex_m4/depthwise_conv_2d.h"
#include "thrum/nn/cortex_m4/fully_connected.h"

namespace thrum {
namespace cortex_m4 {

template <Count kInputCount, Count kOutputCount, Count kScaleCount>
struct PackedDense {
  static constexpr Count kInputs = kInputCount;
  static constexpr Count kOutputs = kOutputCount;
  static constexpr Count kScales = kScaleCount;

  Facts facts;
  int8_t output_zero, low, high;  // as in DenseLayer
};

template <Count kI, Count kO, Count kS>
constexpr Facts Examine(const PackedDense<kI, kO, kS>& layer) {
  return layer.facts;
}

// kWindowCount: weights of an output.
template <Count kWindowCount, Count kOutputCount, Count kScaleCount>
struct PackedConv {
  WindowShape shape;
  PackedDense<RoundUp(kWindowCount, 8), kOutputCount, kScaleCount> row;
};

template <typename Layer>
struct PackedRow {
  static constexpr auto Get() { return Layer::Get().row; }
};

template <Count kWeightCount, Count kOutputCount, Count kScaleCount>
struct PackedDepthwise {
  static constexpr Count kWeights = kWeightCount;
  static constexpr Count kOutputs = kOutputCount;
  static constexpr Count kScales = kScaleCount;

  WindowShape shape;
  bool simple;
};

template <Count kW, Count kO, Count kS>
constexpr bool DepthwiseIsSimple(const PackedDepthwise<kW, kO, kS>& layer) {
  return layer.simple;
}

}  // namespace cortex_m4

// kBatch rows of inputs, one after another.
template <typename Row, Count kBatch, Count kInputs, Count kOutputs>
struct Batched {
  using Packed = typename Row::Packed;

  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    for (Count row = 0; row < kBatch; ++row) {
      Row::Run(flash, input + row * kInputs, output + row * kOutputs);
    }
  }
};

}  // namespace thrum
