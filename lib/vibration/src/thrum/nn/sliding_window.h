#pragma once

// A window that slides over an image: what CONV_2D, DEPTHWISE_CONV_2D, MAX_POOL_2D and
// AVERAGE_POOL_2D have in common. Images are int8 in NHWC order, one at a time; one-dimensional
// networks have height 1. The loops below are for the .cpp files of these operators.

#include <stdint.h>

#include "thrum/nn/count.h"

namespace thrum {

// The integers of a layer that all four share.
struct WindowShape {
  Count input_height, input_width, input_channels;
  Count output_height, output_width, output_channels;
  Count height, width;  // of the window
  Count stride_y, stride_x;
  Count step_y, step_x;     // dilation
  Count pad_top, pad_left;  // values outside count as input_zero; pools leave them out
  int8_t input_zero;
  int8_t output_zero, low, high;  // as in DenseLayer
};

namespace sliding_window {

// Index of the first channel of the pixel that window position (y, x) sees, -1 outside the image.
inline int32_t Pixel(const WindowShape& shape, Count top, Count left, Count y, Count x) {
  const int32_t row = static_cast<int32_t>(top) +
                      static_cast<int32_t>(y) * static_cast<int32_t>(shape.step_y) -
                      static_cast<int32_t>(shape.pad_top);
  const int32_t column = static_cast<int32_t>(left) +
                         static_cast<int32_t>(x) * static_cast<int32_t>(shape.step_x) -
                         static_cast<int32_t>(shape.pad_left);
  if (row < 0 || row >= static_cast<int32_t>(shape.input_height) || column < 0 ||
      column >= static_cast<int32_t>(shape.input_width)) {
    return -1;
  }
  return (row * static_cast<int32_t>(shape.input_width) + column) *
         static_cast<int32_t>(shape.input_channels);
}

// Calls visit(top, left, output) for every output pixel; top and left are before padding.
template <typename Visit>
void ForEachPixel(const WindowShape& shape, int8_t* output, Visit visit) {
  for (Count y = 0; y < shape.output_height; ++y) {
    for (Count x = 0; x < shape.output_width; ++x) {
      visit(static_cast<Count>(y * shape.stride_y), static_cast<Count>(x * shape.stride_x), output);
      output += shape.output_channels;
    }
  }
}

}  // namespace sliding_window
}  // namespace thrum
