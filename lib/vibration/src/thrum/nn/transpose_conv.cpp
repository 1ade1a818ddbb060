#include "thrum/nn/transpose_conv.h"

namespace thrum {
namespace {

// The input coordinate whose window covers an output one at `offset`; -1 if there is none.
int32_t Source(Count output, Count pad, Count offset, Count stride, Count side) {
  const int32_t distance =
      static_cast<int32_t>(output) + static_cast<int32_t>(pad) - static_cast<int32_t>(offset);
  if (distance < 0 || distance % static_cast<int32_t>(stride) != 0) {
    return -1;
  }
  const int32_t at = distance / static_cast<int32_t>(stride);
  return at < static_cast<int32_t>(side) ? at : -1;
}

// Products of one input pixel.
int32_t Products(const WindowShape& shape, const int8_t* weights, const int8_t* pixel) {
  int32_t sum = 0;
  for (Count c = 0; c < shape.input_channels; ++c) {
    const int16_t value = static_cast<int16_t>(pixel[c] - shape.input_zero);
    sum += static_cast<int32_t>(FlashRead(&weights[c])) * value;
  }
  return sum;
}

// Sum of one output channel; weights: y, x, input channel.
int32_t Correlate(const WindowShape& shape, const int8_t* weights, const int8_t* input, Count top,
                  Count left) {
  int32_t sum = 0;
  for (Count y = 0; y < shape.height; ++y) {
    const int32_t row = Source(top, shape.pad_top, y, shape.stride_y, shape.input_height);
    for (Count x = 0; x < shape.width; ++x) {
      const int32_t column = Source(left, shape.pad_left, x, shape.stride_x, shape.input_width);
      if (row >= 0 && column >= 0) {
        const int32_t pixel = row * static_cast<int32_t>(shape.input_width) + column;
        sum += Products(shape, weights, input + pixel * static_cast<int32_t>(shape.input_channels));
      }
      weights += shape.input_channels;
    }
  }
  return sum;
}

}  // namespace

void ConvolveTransposed(const WindowShape& shape, const ConvTables& tables, const int8_t* input,
                        int8_t* output) {
  const int32_t weights = static_cast<int32_t>(shape.height) * shape.width * shape.input_channels;
  for (Count y = 0; y < shape.output_height; ++y) {
    for (Count x = 0; x < shape.output_width; ++x) {
      for (Count k = 0; k < shape.output_channels; ++k) {
        const int32_t sum = Correlate(shape, tables.weights + k * weights, input, y, x);
        *output++ = convolution::Scale(shape, tables, k, sum + FlashRead(&tables.bias[k]));
      }
    }
  }
}

}  // namespace thrum
