#pragma once

// DEPTHWISE_CONV_2D: every output channel sees one input channel of a window. With a depth multiplier
// of m the output channels k * m to k * m + m - 1 see input channel k.

#include <stdint.h>

#include "thrum/nn/convolution.h"

namespace thrum {

// As Convolve. weights: y, x, output channel.
void ConvolveDepthwise(const WindowShape& shape, const ConvTables& tables, const int8_t* input,
                       int8_t* output);

template <typename Layer, typename = Target>
struct DepthwiseKernel : ConvPortable<Layer, ConvolveDepthwise> {};

}  // namespace thrum
