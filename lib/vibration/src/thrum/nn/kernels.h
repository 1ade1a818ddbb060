#pragma once

// The int8 operators that the generated include/model_aot.h is made of, and the seam at which a
// processor puts its own in their place.
//
// Contract of every kernel: bit-exact with TensorFlow Lite Micro's reference kernel on every input.
// No heap, no state, no static RAM; constants stay in flash; nothing can fail at run time, because
// everything was checked when the header was generated.
//
// The generated text is the same for every target and looks like this for a Dense layer:
//
//   struct Layer0 {
//     static constexpr DenseLayer<32, 16, 1> Get() { return {weights, bias, ...}; }
//   };
//   constexpr DenseKernel<Layer0>::Packed kPacked0 THRUM_FLASH = DenseKernel<Layer0>::Pack();
//   inline void Operator0(const int8_t* input, int8_t* output) {
//     DenseKernel<Layer0>::Run(kPacked0, input, output);
//   }
//
// Get() is called in constant expressions only: it holds the plain integers of the layer (meaning
// of each: fully_connected.h) and leaves nothing in the firmware. Whatever flash holds is the Packed
// that Pack() returns, a literal type of the kernel's own design: any order, any width, any derived
// constant (24-bit multipliers, permuted or paired weights, transposed blocks).
//
// A target replaces a kernel by specializing it for its tag, in <target>/<operator>.h:
//
//   template <typename Layer>
//   struct DenseKernel<Layer, CortexM4> {
//     struct Packed { ... };           // literal, no pointers; alignas as needed
//     static constexpr Packed Pack();  // from Layer::Get(), at compile time
//     static void Run(const Packed& flash, const int8_t* input, int8_t* output);
//   };
//
// - `flash` refers to program memory: on AVR read it with FlashRead or LPM only.
// - All shape and range facts are constants: Layer::Get().kInputs, AccumulatorLow(...), ...
//   Use them to choose: derive from Select<fits, FastDense<Layer>, DensePortable<Layer>> so that a
//   layer beyond the fast kernel's limits falls back to the portable one.
// - input holds kInputs and output kOutputs values; they never overlap. Buffers inside the network
//   start at multiples of 4 bytes; the network's own input and output are the caller's and need not
//   (unaligned LDR works on Cortex-M4, LDM and LDRD do not).
// - A kernel may call non-inline code in <target>/<operator>.cpp or .S; Run is then a thin shell.
//   Write the .S for layers in general, not for one model: sizes come from Packed or registers.
// - SoftmaxPairKernel, SoftmaxRowKernel and LookupKernel are replaced in the same way.
// - THRUM_PORTABLE forces the portable kernels; DensePortable<Layer> etc. are always there, so that
//   a test can run both on the same layer: DensePortable<L>::Run(DensePortable<L>::Pack(), ...)
//   with the packed constant in flash.

#include "thrum/core/target.h"
#include "thrum/nn/add.h"
#include "thrum/nn/average_pool_2d.h"
#include "thrum/nn/concatenation.h"
#include "thrum/nn/conv_2d.h"
#include "thrum/nn/depthwise_conv_2d.h"
#include "thrum/nn/fully_connected.h"
#include "thrum/nn/larger.h"
#include "thrum/nn/lookup.h"
#include "thrum/nn/max_pool_2d.h"
#include "thrum/nn/mean.h"
#include "thrum/nn/mul.h"
#include "thrum/nn/pad.h"
#include "thrum/nn/part.h"
#include "thrum/nn/prelu.h"
#include "thrum/nn/resize_nearest_neighbor.h"
#include "thrum/nn/softmax.h"
#include "thrum/nn/transpose_conv.h"

#if THRUM_KERNELS_CORTEX_M4
#include "thrum/nn/cortex_m4/add.h"
#include "thrum/nn/cortex_m4/conv_2d.h"
#include "thrum/nn/cortex_m4/depthwise_conv_2d.h"
#include "thrum/nn/cortex_m4/fully_connected.h"
#include "thrum/nn/cortex_m4/packed.h"
#include "thrum/nn/cortex_m4/pooling.h"
#include "thrum/nn/cortex_m4/softmax.h"
#elif THRUM_KERNELS_AVR
#include "thrum/nn/avr/fully_connected.h"
#include "thrum/nn/avr/softmax.h"
#endif
