#pragma once

// SOFTMAX: scores become probabilities. Input int8 of any scale; output int8 with scale 1/256 and
// zero point -128, as TensorFlow Lite fixes it: -128 is 0, 127 is 255/256. There are two kernels, and
// the generator chooses:
//   pair  one row of two classes, the usual end of an anomaly detector: a table, no arithmetic
//   row   any number of rows and classes: TFLM's fixed-point exponential and division

#include <stdint.h>

#include "thrum/core/progmem.h"
#include "thrum/nn/count.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

// Two classes: the result depends on z0 - z1 alone. table[d - first] is the output of class 0 for
// the difference d, that of class 1 is the entry for -d; beyond both ends the last value holds.
template <Count kEntryCount>
struct SoftmaxPairLayer {
  static constexpr Count kEntries = kEntryCount;

  int16_t first;  // difference of the first entry, -255 to 255
  int8_t table[kEntryCount];
};

// One row of two. flash: the layer as it is.
template <typename Layer>
struct SoftmaxPairPortable {
  using Packed = decltype(Layer::Get());

  static constexpr Packed Pack() { return Layer::Get(); }

  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    const int16_t difference = static_cast<int16_t>(input[0] - input[1]);
    output[0] = Entry(flash, difference);
    output[1] = Entry(flash, static_cast<int16_t>(-difference));
  }

 private:
  static int8_t Entry(const Packed& flash, int16_t difference) {
    const int16_t last = Packed::kEntries - 1;
    const int16_t index = static_cast<int16_t>(difference - FlashRead(&flash.first));
    return FlashRead(&flash.table[index < 0 ? 0 : index > last ? last : index]);
  }
};

template <typename Layer, typename = Target>
struct SoftmaxPairKernel : SoftmaxPairPortable<Layer> {};

// Any number of classes: TFLM's fixed-point algorithm.
struct SoftmaxRowLayer {
  Count rows, classes;  // rows * classes values; at most 256 classes
  int32_t multiplier;   // Q31: beta * input scale * 2^26 = multiplier * 2^(shift - 31)
  uint8_t shift;
  int32_t diff_min;  // differences to the row's maximum below it count as probability 0
};

// input and output: rows * classes values, apart. Slow on an AVR: two exponentials a value, each of
// up to a dozen 64-bit products.
void SoftmaxRow(const SoftmaxRowLayer& layer, const int8_t* input, int8_t* output);

template <typename Layer>
struct SoftmaxRowPortable {
  struct Packed {};  // four numbers: immediates

  static constexpr Packed Pack() { return {}; }

  static void Run(const Packed&, const int8_t* input, int8_t* output) {
    constexpr SoftmaxRowLayer kLayer = Layer::Get();
    SoftmaxRow(kLayer, input, output);
  }
};

// The same with int16 outputs, 256 times as fine; probability 0 is -32768.
void SoftmaxWide(const SoftmaxRowLayer& layer, const int8_t* input, int16_t* output);

template <typename Layer>
struct SoftmaxWidePortable {
  struct Packed {};

  static constexpr Packed Pack() { return {}; }

  static void Run(const Packed&, const int8_t* input, int16_t* output) {
    constexpr SoftmaxRowLayer kLayer = Layer::Get();
    SoftmaxWide(kLayer, input, output);
  }
};

template <typename Layer, typename = Target>
struct SoftmaxWideKernel : SoftmaxWidePortable<Layer> {};

template <typename Layer, typename = Target>
struct SoftmaxRowKernel : SoftmaxRowPortable<Layer> {};

}  // namespace thrum
