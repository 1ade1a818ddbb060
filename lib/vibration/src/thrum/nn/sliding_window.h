#pragma once

// A window that slides over an image: what CONV_2D, DEPTHWISE_CONV_2D, MAX_POOL_2D and
// AVERAGE_POOL_2D have in common. Images are int8 in NHWC order, one at a time; one-dimensional
// networks have height 1. The loops below are for the .cpp files of these operators.

#include <stdint.h>

namespace thrum {

// The integers of a layer that all four share.
struct WindowShape {
  uint16_t input_height, input_width, input_channels;
  uint16_t output_height, output_width, output_channels;
  uint16_t height, width;  // of the window
  uint16_t stride_y, stride_x;
  uint16_t step_y, step_x;     // dilation
  uint16_t pad_top, pad_left;  // values outside count as input_zero; pools leave them out
  int8_t input_zero;
  int8_t output_zero, low, high;  // as in DenseLayer
};

namespace sliding_window {

// Index of the first channel of the pixel that window position (y, x) sees, -1 outside the image.
inline int32_t Pixel(const WindowShape& shape, uint16_t top, uint16_t left, uint16_t y,
                     uint16_t x) {
  const int32_t row =
      static_cast<int32_t>(top) + y * static_cast<int32_t>(shape.step_y) - shape.pad_top;
  const int32_t column =
      static_cast<int32_t>(left) + x * static_cast<int32_t>(shape.step_x) - shape.pad_left;
  if (row < 0 || row >= shape.input_height || column < 0 || column >= shape.input_width) {
    return -1;
  }
  return (row * shape.input_width + column) * shape.input_channels;
}

// Calls visit(top, left, output) for every output pixel; top and left are before padding.
template <typename Visit>
void ForEachPixel(const WindowShape& shape, int8_t* output, Visit visit) {
  for (uint16_t y = 0; y < shape.output_height; ++y) {
    for (uint16_t x = 0; x < shape.output_width; ++x) {
      visit(static_cast<uint16_t>(y * shape.stride_y), static_cast<uint16_t>(x * shape.stride_x),
            output);
      output += shape.output_channels;
    }
  }
}

}  // namespace sliding_window
}  // namespace thrum
