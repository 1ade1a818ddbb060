#pragma once

// CONV_2D: every output channel sees all input channels of a window.

#include <stdint.h>

#include "thrum/nn/convolution.h"

namespace thrum {

// input and output: images of the shape's sizes, apart. weights: output channel, y, x, input channel.
void Convolve(const WindowShape& shape, const ConvTables& tables, const int8_t* input,
              int8_t* output);

template <typename Layer, typename = Target>
struct ConvKernel : ConvPortable<Layer, Convolve> {};

}  // namespace thrum
