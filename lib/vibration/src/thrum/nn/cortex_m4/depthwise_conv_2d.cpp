#include "thrum/core/target.h"

#if THRUM_KERNELS_CORTEX_M4

#include "thrum/nn/cortex_m4/depthwise_conv_2d.h"

namespace thrum {
namespace cortex_m4 {
namespace {

void Requantized(const DepthwiseTables& tables, Count pass, const int32_t* sums, int8_t* output,
                 Count count) {
  Scales scales = tables.scales;
  if (scales.per_channel) {
    scales.multiplier += pass * count;
    scales.shift += pass * count;
  }
  if (tables.simple) {
    RequantizeSimple(scales, sums, output, count);
  } else {
    RequantizeGeneral(scales, sums, output, count);
  }
}

// Whether four channels of a window can be loaded at once where they lie: it is inside, and nothing
// behind the image would be read.
bool IsDirect(const WindowShape& shape, Count pitch, int32_t top, int32_t left) {
  if (!IsInside(shape, top, left)) {
    return false;
  }
  const Count bottom = static_cast<Count>(top) + (shape.height - 1) * shape.step_y;
  const Count right = static_cast<Count>(left) + (shape.width - 1) * shape.step_x;
  return pitch == shape.input_channels || bottom + 1 != shape.input_height ||
         right + 1 != shape.input_width;
}

// One output pixel from the values of its window.
void OnePixel(const WindowShape& shape, const DepthwiseTables& tables,
              const DepthwiseWindow& window, const int8_t* values, int32_t* sums, int8_t* results,
              int8_t* output) {
  const Count channels = shape.input_channels;
  for (Count k = 0; k < tables.passes * tables.pitch; ++k) {
    sums[k] = tables.bias[k];
  }
  int8_t* to = tables.passes == 1 ? output : results;
  for (Count pass = 0; pass < tables.passes; ++pass) {
    int32_t* own = sums + pass * tables.pitch;
    DepthwiseSums(tables.weights + pass * tables.words, values, own, &window);
    Requantized(tables, pass, own, to + pass * channels, channels);
  }
  if (tables.passes == 1) {
    return;
  }
  for (Count pass = 0; pass < tables.passes; ++pass) {
    for (int8_t* at = output + pass; at < output + shape.output_channels; at += tables.passes) {
      *at = *results++;
    }
  }
}

}  // namespace

void ConvolveChannels(const WindowShape& shape, const DepthwiseTables& tables, int8_t* column,
                      int32_t* sums, int8_t* results, const int8_t* input, int8_t* output) {
  const Count channels = shape.input_channels;
  const Count line = shape.input_width * channels;
  const Count groups = tables.pitch / 4;
  const DepthwiseWindow gathered = {groups, shape.height, shape.width, channels, 0};
  const DepthwiseWindow direct = {groups, shape.height, shape.width, shape.step_x * channels,
                                  shape.step_y * line - shape.width * shape.step_x * channels};
  int32_t top = -static_cast<int32_t>(shape.pad_top);
  for (Count y = 0; y < shape.output_height; ++y) {
    int32_t left = -static_cast<int32_t>(shape.pad_left);
    for (Count x = 0; x < shape.output_width; ++x) {
      if (IsDirect(shape, tables.pitch, top, left)) {
        const Count at = static_cast<Count>(top) * line + static_cast<Count>(left) * channels;
        OnePixel(shape, tables, direct, input + at, sums, results, output);
      } else {
        Gather(shape, input, top, left, column);
        OnePixel(shape, tables, gathered, column, sums, results, output);
      }
      output += shape.output_channels;
      left += static_cast<int32_t>(shape.stride_x);
    }
    top += static_cast<int32_t>(shape.stride_y);
  }
}

}  // namespace cortex_m4
}  // namespace thrum

#endif
