#include "thrum/core/target.h"

#if THRUM_KERNELS_CORTEX_M4

#include "thrum/nn/cortex_m4/conv_2d.h"

namespace thrum {
namespace cortex_m4 {

void ConvolveRows(const WindowShape& shape, PixelFunction pixel, const void* flash, bool direct,
                  int8_t* column, const int8_t* input, int8_t* output) {
  int32_t top = -static_cast<int32_t>(shape.pad_top);
  for (Count y = 0; y < shape.output_height; ++y) {
    int32_t left = -static_cast<int32_t>(shape.pad_left);
    for (Count x = 0; x < shape.output_width; ++x) {
      const int8_t* row = column;
      if (direct) {
        const Count at = static_cast<Count>(top) * shape.input_width + static_cast<Count>(left);
        row = input + at * shape.input_channels;
      } else {
        Gather(shape, input, top, left, column);
      }
      pixel(flash, row, output);
      output += shape.output_channels;
      left += static_cast<int32_t>(shape.stride_x);
    }
    top += static_cast<int32_t>(shape.stride_y);
  }
}

}  // namespace cortex_m4
}  // namespace thrum

#endif
