#pragma once

// RESIZE_NEAREST_NEIGHBOR: every output pixel is a copy of one input pixel. Which one was found when the
// header was generated.

#include <stdint.h>
#include <string.h>

#include "thrum/core/progmem.h"
#include "thrum/nn/count.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

template <Count kRowCount, Count kColumnCount>
struct ResizeNearestLayer {
  static constexpr Count kRows = kRowCount;  // of the output
  static constexpr Count kColumns = kColumnCount;

  Count images, height, width, channels;  // of the input
  Count rows[kRowCount];                  // of the input, for each of the output
  Count columns[kColumnCount];
};

template <typename Layer>
struct ResizeNearestPortable {
  using Packed = decltype(Layer::Get());

  static constexpr Packed Pack() { return Layer::Get(); }

  // input: images of the layer's sides; output: as many of kRows x kColumns pixels, apart.
  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    constexpr Packed kLayer = Layer::Get();
    for (Count image = 0; image < kLayer.images; ++image) {
      for (Count y = 0; y < Packed::kRows; ++y) {
        const int8_t* row = input + FlashRead(&flash.rows[y]) * kLayer.width * kLayer.channels;
        for (Count x = 0; x < Packed::kColumns; ++x) {
          memcpy(output, row + FlashRead(&flash.columns[x]) * kLayer.channels, kLayer.channels);
          output += kLayer.channels;
        }
      }
      input += kLayer.height * kLayer.width * kLayer.channels;
    }
  }
};

template <typename Layer, typename = Target>
struct ResizeNearestKernel : ResizeNearestPortable<Layer> {};

}  // namespace thrum
