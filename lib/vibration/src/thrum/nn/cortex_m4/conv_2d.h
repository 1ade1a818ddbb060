#pragma once

// CONV_2D for Cortex-M cores with the DSP extension: what the window sees becomes one row of inputs,
// and the kernel of fully_connected.h multiplies it with all output channels. Every layer that this
// kernel takes is taken here. Chosen by kernels.h; portable code: ../conv_2d.h.
//
// Each weight word serves two output channels and each row is widened once for all of them, so that a
// multiplication costs less than an instruction; gathering a row costs about one a byte. Stack: three
// bytes for each input of a window, beside what fully_connected.h says.

#include <stdint.h>

#include "thrum/nn/conv_2d.h"
#include "thrum/nn/cortex_m4/fully_connected.h"
#include "thrum/nn/cortex_m4/window.h"

namespace thrum {
namespace cortex_m4 {

// One pixel: a row of inputs from `column` to all output channels. flash: of the row's kernel.
using PixelFunction = void (*)(const void* flash, const int8_t* column, int8_t* output);

// column: room for the window, rounded up to 8 and cleared. direct: a window of one pixel needs no
// gathering.
void ConvolveRows(const WindowShape& shape, PixelFunction pixel, const void* flash, bool direct,
                  int8_t* column, const int8_t* input, int8_t* output);

// The weights of a convolution as those of a Dense layer; a row ends with zeros at a multiple of 8.
template <typename Layer>
struct ConvAsDense {
  using Conv = decltype(Layer::Get());
  static constexpr Count kWindow = Conv::kWeights / Conv::kOutputs;

  static constexpr DenseLayer<RoundUp(kWindow, 8), Conv::kOutputs, Conv::kScales> Get() {
    DenseLayer<RoundUp(kWindow, 8), Conv::kOutputs, Conv::kScales> dense = {};
    const Conv layer = Layer::Get();
    for (Count k = 0; k < Conv::kOutputs; ++k) {
      for (Count i = 0; i < kWindow; ++i) {
        dense.weights[k][i] = layer.weights[k * kWindow + i];
      }
      dense.bias[k] = layer.bias[k];
    }
    for (Count s = 0; s < Conv::kScales; ++s) {
      dense.multiplier[s] = layer.multiplier[s];
      dense.shift[s] = layer.shift[s];
    }
    dense.output_zero = layer.shape.output_zero;
    dense.low = layer.shape.low;
    dense.high = layer.shape.high;
    return dense;
  }
};

}  // namespace cortex_m4

// Row: the kernel of a dense layer over the kWindow inputs that a window sees.
template <typename Layer, typename Row, Count kWindow>
struct ConvByRows {
  using Packed = typename Row::Packed;

  static constexpr Packed Pack() { return Row::Pack(); }

  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    static constexpr WindowShape kShape = Layer::Get().shape;
    constexpr bool kDirect = kShape.height == 1 && kShape.width == 1 && kWindow % 8 == 0;
    int8_t column[kDirect ? 8 : cortex_m4::RoundUp(kWindow, 8)];
    memset(column + sizeof(column) - 8, 0, 8);
    cortex_m4::ConvolveRows(kShape, Pixel, &flash, kDirect, column, input, output);
  }

 private:
  static void Pixel(const void* flash, const int8_t* column, int8_t* output) {
    Row::Run(*static_cast<const Packed*>(flash), column, output);
  }
};

template <typename Layer>
using ConvCortexM4 = ConvByRows<Layer, DenseKernel<cortex_m4::ConvAsDense<Layer>, CortexM4>,
                                cortex_m4::ConvAsDense<Layer>::kWindow>;

template <typename Layer>
struct ConvKernel<Layer, CortexM4>
    : Select<cortex_m4::Examined<cortex_m4::ConvAsDense<Layer>>::kFacts.weights_fit,
             ConvCortexM4<Layer>, ConvPortable<Layer, Convolve>> {};

}  // namespace thrum
