#pragma once

// TRANSPOSE_CONV: a convolution backwards, from a small image to a larger one. It is computed from the
// output's side: every output pixel gathers the input pixels whose windows reach it, so that no sums
// have to be kept for a whole image.

#include <stdint.h>

#include "thrum/nn/convolution.h"

namespace thrum {

// input and output: images of the shape's sizes, apart. weights: output channel, y, x, input channel.
// The shape's strides and padding are those of the output; bias without the input's zero point.
void ConvolveTransposed(const WindowShape& shape, const ConvTables& tables, const int8_t* input,
                        int8_t* output);

template <typename Layer, typename = Target>
struct TransposeConvKernel : ConvPortable<Layer, ConvolveTransposed> {};

}  // namespace thrum
