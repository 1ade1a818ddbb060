#pragma once

// MAX_POOL_2D: the largest value of each channel in a window, clamped to low and high.

#include <stdint.h>

#include "thrum/nn/pooling.h"

namespace thrum {

// input and output: images of the shape's sizes, apart.
void MaxPool(const WindowShape& shape, const int8_t* input, int8_t* output);

template <typename Layer, typename = Target>
struct MaxPoolKernel : PoolPortable<Layer, MaxPool> {};

}  // namespace thrum
