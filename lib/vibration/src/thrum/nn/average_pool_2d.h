#pragma once

// AVERAGE_POOL_2D: the mean of each channel in a window, halves away from zero, clamped to low and
// high.

#include <stdint.h>

#include "thrum/nn/pooling.h"

namespace thrum {

// input and output: images of the shape's sizes, apart.
void AveragePool(const WindowShape& shape, const int8_t* input, int8_t* output);

template <typename Layer, typename = Target>
struct AveragePoolKernel : PoolPortable<Layer, AveragePool> {};

}  // namespace thrum
