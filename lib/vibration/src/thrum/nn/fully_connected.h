#pragma once

// FULLY_CONNECTED: a matrix of int8 weights times one row of int8 inputs, plus a bias. Here are the
// parameters of a layer and the portable kernel, plain loops that the targets' own kernels (avr/,
// cortex_m4/) equal on every input. Called by the generated engine.

#include <stdint.h>

#include "thrum/core/progmem.h"
#include "thrum/nn/count.h"
#include "thrum/nn/requantize.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

// The integers of one layer. For each output k, with s = k where kScaleCount is kOutputs, else 0:
//   accumulator = bias[k] + sum(weights[k][i] * input[i])         int32, raw int8 inputs
//   output[k]   = clamp(Requantize(accumulator, multiplier[s], shift[s]) + output_zero, low, high)
// A fused ReLU is low >= output_zero: negative accumulators then all give `low`.
template <Count kInputCount, Count kOutputCount, Count kScaleCount>
struct DenseLayer {
  static constexpr Count kInputs = kInputCount;
  static constexpr Count kOutputs = kOutputCount;
  static constexpr Count kScales = kScaleCount;  // 1 (per tensor) or kOutputs (per channel)

  int8_t weights[kOutputCount][kInputCount];  // one row per output, zero point 0
  int32_t bias[kOutputCount];                 // minus input zero point * sum of the row
  int32_t multiplier[kScaleCount];            // Q31, 2^30 to 2^31 - 1
  int8_t shift[kScaleCount];                  // power of two, -31 to 30; positive is to the left
  int8_t output_zero;
  int8_t low, high;  // clamp after adding output_zero
};

// Bounds of the accumulator of output k over all int8 inputs; for choosing widths at compile time.
template <Count kI, Count kO, Count kS>
constexpr int32_t AccumulatorLow(const DenseLayer<kI, kO, kS>& layer, Count k) {
  int32_t sum = layer.bias[k];
  for (Count i = 0; i < kI; ++i) {
    const int32_t weight = layer.weights[k][i];
    sum += weight > 0 ? -128 * weight : 127 * weight;
  }
  return sum;
}

template <Count kI, Count kO, Count kS>
constexpr int32_t AccumulatorHigh(const DenseLayer<kI, kO, kS>& layer, Count k) {
  int32_t sum = layer.bias[k];
  for (Count i = 0; i < kI; ++i) {
    const int32_t weight = layer.weights[k][i];
    sum += weight > 0 ? 127 * weight : -128 * weight;
  }
  return sum;
}

// The reference: plain loops over the layer as it is.
template <typename Layer>
struct DensePortable {
  using Packed = decltype(Layer::Get());

  static constexpr Packed Pack() { return Layer::Get(); }

  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    for (Count k = 0; k < Packed::kOutputs; ++k) {
      const Count scale = Packed::kScales == 1 ? 0 : k;
      const int32_t accumulator = Accumulate(flash.weights[k], FlashRead(&flash.bias[k]), input);
      const int32_t scaled = Requantize(accumulator, FlashRead(&flash.multiplier[scale]),
                                        FlashRead(&flash.shift[scale]));
      output[k] = ClampToInt8(scaled + FlashRead(&flash.output_zero), FlashRead(&flash.low),
                              FlashRead(&flash.high));
    }
  }

 private:
  static int32_t Accumulate(const int8_t* weights, int32_t sum, const int8_t* input) {
    for (Count i = 0; i < Packed::kInputs; ++i) {
      sum += static_cast<int16_t>(FlashRead(&weights[i])) * static_cast<int16_t>(input[i]);
    }
    return sum;
  }
};

template <typename Layer, typename = Target>
struct DenseKernel : DensePortable<Layer> {};

// The same layer for kBatchCount rows of inputs, one after another.
template <Count kBatchCount, Count kInputCount, Count kOutputCount, Count kScaleCount>
struct DenseBatchLayer {
  static constexpr Count kBatch = kBatchCount;

  DenseLayer<kInputCount, kOutputCount, kScaleCount> row;
};

template <typename Layer>
struct DenseRow {
  static constexpr auto Get() { return Layer::Get().row; }
};

// Every row by the target's own kernel.
template <typename Layer>
struct DenseBatchKernel {
  using Row = DenseKernel<DenseRow<Layer>>;
  using Packed = typename Row::Packed;

  static constexpr Packed Pack() { return Row::Pack(); }

  // input: kBatch * kInputs values, output: kBatch * kOutputs; apart.
  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    using Shape = decltype(DenseRow<Layer>::Get());
    for (Count row = 0; row < decltype(Layer::Get())::kBatch; ++row) {
      Row::Run(flash, input, output);
      input += Shape::kInputs;
      output += Shape::kOutputs;
    }
  }
};

}  // namespace thrum
