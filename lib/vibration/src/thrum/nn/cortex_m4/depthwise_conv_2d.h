#pragma once

// DEPTHWISE_CONV_2D for Cortex-M cores with the DSP extension: four channels at a time, 12
// instructions for four products. Chosen by kernels.h for every layer; portable code:
// ../depthwise_conv_2d.h.
//
// Weights are pre-expanded: for every four channels and every place in the window two words, channels
// (0, 2) and (1, 3), as SXTB16 gives the inputs. A depth multiplier of m makes m passes over the input
// channels, each with weights, biases and scales of its own; its outputs are put in their order at the
// end. At the border what the window sees is gathered first. Four channels are loaded at once, also where
// there are fewer: their weights are 0. Only the last pixel is gathered for that reason, so that nothing
// behind the image is read. Stack: one byte for each value of a window, and five for each channel.

#include <stdint.h>

#include "thrum/nn/cortex_m4/requantize.h"
#include "thrum/nn/cortex_m4/window.h"
#include "thrum/nn/depthwise_conv_2d.h"

namespace thrum {
namespace cortex_m4 {

// How the values that a window sees lie in memory.
struct DepthwiseWindow {
  Count groups;  // of four channels
  Count rows, width;
  Count pitch;      // bytes from a place to the next one
  Count row_pitch;  // from the place behind a row to the next row
};

// Adds to sums, one for each channel, the products over one window.
void DepthwiseSums(const uint32_t* weights, const int8_t* input, int32_t* sums,
                   const DepthwiseWindow* window) __asm__("thrum_cortex_m4_depthwise");

// One layer in flash. For each pass: the words of its weights, `pitch` biases, and as many scales as there
// are input channels.
struct DepthwiseTables {
  const uint32_t* weights;
  const int32_t* bias;
  Scales scales;
  bool simple;   // see RequantizeSimple
  Count passes;  // depth multiplier
  Count pitch;   // input channels, rounded up to 4
  Count words;   // of the weights of a pass
};

// column: room for height * width * pitch; sums: for passes * pitch; results: for all output channels
// where there are several passes.
void ConvolveChannels(const WindowShape& shape, const DepthwiseTables& tables, int8_t* column,
                      int32_t* sums, int8_t* results, const int8_t* input, int8_t* output);

// Bound of |sum| of every channel.
template <typename Conv>
constexpr int32_t LargestDepthwiseSum(const Conv& layer) {
  int32_t largest = 0;
  for (Count k = 0; k < Conv::kOutputs; ++k) {
    int32_t sum = layer.bias[k] < 0 ? -layer.bias[k] : layer.bias[k];
    for (Count i = k; i < Conv::kWeights; i += Conv::kOutputs) {
      sum += 128 * (layer.weights[i] < 0 ? -layer.weights[i] : layer.weights[i]);
    }
    largest = sum > largest ? sum : largest;
  }
  return largest;
}

template <typename Conv>
constexpr bool DepthwiseIsSimple(const Conv& layer) {
  bool right = true;
  for (const int8_t shift : layer.shift) {
    right = right && shift <= -1;
  }
  return IsSimple(right, LargestDepthwiseSum(layer));
}

}  // namespace cortex_m4

template <typename Layer>
struct DepthwiseKernel<Layer, CortexM4> {
 private:
  using Conv = decltype(Layer::Get());
  static constexpr Count kInputs = Layer::Get().shape.input_channels;
  static constexpr Count kPasses = Conv::kOutputs / kInputs;
  static constexpr Count kPitch = (kInputs + 3) / 4 * 4;
  static constexpr Count kPlaces = Conv::kWeights / Conv::kOutputs;
  static constexpr Count kWords = kPlaces * kPitch / 2;  // of a pass

 public:
  struct Packed {
    uint32_t weights[kPasses * kWords];
    int32_t bias[kPasses * kPitch];
    int32_t multiplier[Conv::kScales];
    int8_t shift[Conv::kScales];
  };

  static constexpr Packed Pack() {
    Packed packed = {};
    const Conv layer = Layer::Get();
    Count at = 0;
    for (Count pass = 0; pass < kPasses; ++pass) {
      for (Count k = 0; k < kPitch; k += 4) {
        for (Count place = 0; place < kPlaces; ++place) {
          packed.weights[at++] = Pair(layer, pass, k, place);
          packed.weights[at++] = Pair(layer, pass, k + 1, place);
        }
      }
      for (Count k = 0; k < kInputs; ++k) {
        packed.bias[pass * kPitch + k] = layer.bias[k * kPasses + pass];
        const Count scale = Conv::kScales == 1 ? 0 : k * kPasses + pass;
        packed.multiplier[Conv::kScales == 1 ? 0 : pass * kInputs + k] = layer.multiplier[scale];
        packed.shift[Conv::kScales == 1 ? 0 : pass * kInputs + k] = layer.shift[scale];
      }
    }
    return packed;
  }

  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    static constexpr WindowShape kShape = Layer::Get().shape;
    using cortex_m4::DepthwiseIsSimple;  // packed.h has another one
    constexpr bool kSimple = DepthwiseIsSimple(Layer::Get());
    alignas(4) int8_t column[kPlaces * kPitch];
    int32_t sums[kPasses * kPitch];
    int8_t results[kPasses == 1 ? 1 : Conv::kOutputs];
    const cortex_m4::DepthwiseTables tables = {flash.weights,
                                               flash.bias,
                                               {flash.multiplier, flash.shift, Conv::kScales > 1,
                                                kShape.output_zero, kShape.low, kShape.high},
                                               kSimple,
                                               kPasses,
                                               kPitch,
                                               kWords};
    cortex_m4::ConvolveChannels(kShape, tables, column, sums, results, input, output);
  }

 private:
  static constexpr uint16_t Weight(const Conv& layer, Count pass, Count k, Count place) {
    return static_cast<uint16_t>(
        k < kInputs ? layer.weights[place * Conv::kOutputs + k * kPasses + pass] : 0);
  }

  // Of channels k and k + 2.
  static constexpr uint32_t Pair(const Conv& layer, Count pass, Count k, Count place) {
    return Weight(layer, pass, k, place) | static_cast<uint32_t>(Weight(layer, pass, k + 2, place))
                                               << 16;
  }
};

}  // namespace thrum
