#pragma once

// What MAX_POOL_2D and AVERAGE_POOL_2D have in common. Both keep the scale of their input; values
// outside the image are left out.

#include <stdint.h>

#include "thrum/nn/count.h"
#include "thrum/nn/sliding_window.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

using PoolFunction = void (*)(const WindowShape&, const int8_t*, int8_t*);

// A pool has no weights: everything is in its shape.
struct PoolLayer {
  WindowShape shape;
};

// Run by one function for all layers of a kind.
template <typename Layer, PoolFunction kFunction>
struct PoolPortable {
  struct Packed {};  // the shape is immediates

  static constexpr Packed Pack() { return {}; }

  static void Run(const Packed&, const int8_t* input, int8_t* output) {
    constexpr WindowShape kShape = Layer::Get().shape;
    kFunction(kShape, input, output);
  }
};

namespace pooling {

// Calls take(value) for every value of one channel that the window sees inside the image.
template <typename Take>
void Gather(const WindowShape& shape, const int8_t* input, Count top, Count left, Count channel,
            Take take) {
  for (Count y = 0; y < shape.height; ++y) {
    for (Count x = 0; x < shape.width; ++x) {
      const int32_t pixel = sliding_window::Pixel(shape, top, left, y, x);
      if (pixel >= 0) {
        take(input[pixel + channel]);
      }
    }
  }
}

}  // namespace pooling
}  // namespace thrum
