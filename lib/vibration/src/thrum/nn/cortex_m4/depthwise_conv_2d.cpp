#include "thrum/core/target.h"

#if THRUM_KERNELS_CORTEX_M4

#include "thrum/nn/cortex_m4/depthwise_conv_2d.h"

namespace thrum {
namespace cortex_m4 {
namespace {

// Repeats every input channel for the output channels that see it.
void Spread(const WindowShape& shape, const int8_t* input, int32_t top, int32_t left, Count pitch,
            int8_t* column) {
  const Count multiplier = shape.output_channels / shape.input_channels;
  for (Count y = 0; y < shape.height; ++y) {
    for (Count x = 0; x < shape.width; ++x) {
      const int32_t row = top + static_cast<int32_t>(y * shape.step_y);
      const int32_t at = left + static_cast<int32_t>(x * shape.step_x);
      const bool inside = row >= 0 && row < static_cast<int32_t>(shape.input_height) && at >= 0 &&
                          at < static_cast<int32_t>(shape.input_width);
      const Count pixel =
          inside ? static_cast<Count>(row) * shape.input_width + static_cast<Count>(at) : 0;
      const int8_t* source = input + pixel * shape.input_channels;
      int8_t* to = column;
      for (Count c = 0; c < shape.input_channels; ++c) {
        const int8_t value = inside ? source[c] : shape.input_zero;
        for (Count m = 0; m < multiplier; ++m) {
          *to++ = value;
        }
      }
      column += pitch;
    }
  }
}

void Requantized(const DepthwiseTables& tables, const int32_t* sums, int8_t* output, Count count) {
  if (tables.simple) {
    RequantizeSimple(tables.scales, sums, output, count);
  } else {
    RequantizeGeneral(tables.scales, sums, output, count);
  }
}

}  // namespace

void ConvolveChannels(const WindowShape& shape, const DepthwiseTables& tables, int8_t* column,
                      int32_t* sums, const int8_t* input, int8_t* output) {
  const Count pitch = (shape.output_channels + 3) / 4 * 4;
  const bool plain = shape.output_channels == shape.input_channels && pitch == shape.input_channels;
  const Count line = shape.input_width * shape.input_channels;
  const DepthwiseWindow gathered = {pitch / 4, shape.height, shape.width, pitch, 0};
  const DepthwiseWindow direct = {
      pitch / 4, shape.height, shape.width, shape.step_x * shape.input_channels,
      shape.step_y * line - shape.width * shape.step_x * shape.input_channels};
  int32_t top = -static_cast<int32_t>(shape.pad_top);
  for (Count y = 0; y < shape.output_height; ++y) {
    int32_t left = -static_cast<int32_t>(shape.pad_left);
    for (Count x = 0; x < shape.output_width; ++x) {
      for (Count k = 0; k < pitch; ++k) {
        sums[k] = tables.bias[k];
      }
      if (plain && IsInside(shape, top, left)) {
        const Count at =
            static_cast<Count>(top) * line + static_cast<Count>(left) * shape.input_channels;
        DepthwiseSums(tables.weights, input + at, sums, &direct);
      } else {
        if (plain) {
          Gather(shape, input, top, left, column);
        } else {
          Spread(shape, input, top, left, pitch, column);
        }
        DepthwiseSums(tables.weights, column, sums, &gathered);
      }
      Requantized(tables, sums, output, shape.output_channels);
      output += shape.output_channels;
      left += static_cast<int32_t>(shape.stride_x);
    }
    top += static_cast<int32_t>(shape.stride_y);
  }
}

}  // namespace cortex_m4
}  // namespace thrum

#endif
