#pragma once

// DEPTHWISE_CONV_2D for Cortex-M cores with the DSP extension: four channels at a time, 12
// instructions for four products. Chosen by kernels.h for every layer; portable code:
// ../depthwise_conv_2d.h.
//
// Weights are pre-expanded: for every four output channels and every place in the window two words,
// channels (0, 2) and (1, 3), as SXTB16 gives the inputs. At the border, where the channels are no
// multiple of 4, and with a depth multiplier, what the window sees is gathered first. Stack: one byte
// for each of these values, four for each channel.

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

// One layer in flash: bias has four for every group.
struct DepthwiseTables {
  const uint32_t* weights;
  const int32_t* bias;
  Scales scales;
  bool simple;  // see RequantizeSimple
};

// column: room for height * width * RoundUp(output_channels, 4); sums: for these
// channels.
void ConvolveChannels(const WindowShape& shape, const DepthwiseTables& tables, int8_t* column,
                      int32_t* sums, const int8_t* input, int8_t* output);

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
  static constexpr Count kChannels = (Conv::kOutputs + 3) / 4 * 4;
  static constexpr Count kPlaces = Conv::kWeights / Conv::kOutputs;

 public:
  struct Packed {
    uint32_t weights[kPlaces * kChannels / 2];
    int32_t bias[kChannels];
    int32_t multiplier[Conv::kScales];
    int8_t shift[Conv::kScales];
  };

  static constexpr Packed Pack() {
    Packed packed = {};
    const Conv layer = Layer::Get();
    Count at = 0;
    for (Count k = 0; k < kChannels; k += 4) {
      for (Count place = 0; place < kPlaces; ++place) {
        packed.weights[at++] = Pair(layer, k, place);
        packed.weights[at++] = Pair(layer, k + 1, place);
      }
    }
    for (Count k = 0; k < Conv::kOutputs; ++k) {
      packed.bias[k] = layer.bias[k];
    }
    for (Count s = 0; s < Conv::kScales; ++s) {
      packed.multiplier[s] = layer.multiplier[s];
      packed.shift[s] = layer.shift[s];
    }
    return packed;
  }

  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    static constexpr WindowShape kShape = Layer::Get().shape;
    using cortex_m4::DepthwiseIsSimple;  // packed.h has another one
    constexpr bool kSimple = DepthwiseIsSimple(Layer::Get());
    alignas(4) int8_t column[kPlaces * kChannels];
    int32_t sums[kChannels];
    const cortex_m4::DepthwiseTables tables = {flash.weights,
                                               flash.bias,
                                               {flash.multiplier, flash.shift, Conv::kScales > 1,
                                                kShape.output_zero, kShape.low, kShape.high},
                                               kSimple};
    cortex_m4::ConvolveChannels(kShape, tables, column, sums, input, output);
  }

 private:
  static constexpr uint16_t Weight(const Conv& layer, Count k, Count place) {
    return static_cast<uint16_t>(k < Conv::kOutputs ? layer.weights[place * Conv::kOutputs + k]
                                                    : 0);
  }

  // Of channels k and k + 2.
  static constexpr uint32_t Pair(const Conv& layer, Count k, Count place) {
    return Weight(layer, k, place) | static_cast<uint32_t>(Weight(layer, k + 2, place)) << 16;
  }
};

}  // namespace thrum
