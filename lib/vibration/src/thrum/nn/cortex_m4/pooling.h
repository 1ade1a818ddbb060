#pragma once

// MAX_POOL_2D and AVERAGE_POOL_2D for Cortex-M cores with the DSP extension: four channels at a time.
// Chosen by kernels.h for every layer; portable code: ../max_pool_2d.h and ../average_pool_2d.h. What
// lies outside the image is left out by shortening the loops, not by asking at every value.

#include <stdint.h>

#include "thrum/core/target.h"
#include "thrum/nn/average_pool_2d.h"
#include "thrum/nn/max_pool_2d.h"

namespace thrum {
namespace cortex_m4 {

// input and output: images of the shape's sizes, apart.
void MaxPool(const WindowShape& shape, const int8_t* input, int8_t* output);
void AveragePool(const WindowShape& shape, const int8_t* input, int8_t* output);

}  // namespace cortex_m4

template <typename Layer>
struct MaxPoolKernel<Layer, CortexM4> : PoolPortable<Layer, cortex_m4::MaxPool> {};

template <typename Layer>
struct AveragePoolKernel<Layer, CortexM4> : PoolPortable<Layer, cortex_m4::AveragePool> {};

}  // namespace thrum
