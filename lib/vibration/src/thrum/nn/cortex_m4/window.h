#pragma once

// What the Cortex-M4 kernels of windows that slide over an image have in common: gathering what the
// window sees into one row of bytes, padding included, so that the inner loops know neither borders
// nor strides.

#include <stdint.h>

#include "thrum/core/target.h"
#include "thrum/nn/sliding_window.h"

namespace thrum {
namespace cortex_m4 {

// Copies count bytes; neither end need be aligned. newlib-nano's memcpy takes five times as long.
void Copy(int8_t* to, const int8_t* from, Count count);
void Fill(int8_t* to, int8_t value, Count count);

// Writes y, x, channel of the window whose first value is at (top, left), which may lie outside, to
// column. Values outside the image are the zero point.
void Gather(const WindowShape& shape, const int8_t* input, int32_t top, int32_t left,
            int8_t* column);

// Whether all of that window lies inside the image.
inline bool IsInside(const WindowShape& shape, int32_t top, int32_t left) {
  const Count bottom = (shape.height - 1) * shape.step_y;
  const Count right = (shape.width - 1) * shape.step_x;
  return top >= 0 && left >= 0 && static_cast<Count>(top) + bottom < shape.input_height &&
         static_cast<Count>(left) + right < shape.input_width;
}

}  // namespace cortex_m4
}  // namespace thrum
