#include "thrum/nn/transpose_conv.h"

namespace thrum {
namespace {

// Along one axis: the first place of the window that an output value meets, and the input value there.
// Further places follow at a distance of the stride, each with the input value before.
struct Meeting {
  Count place;
  int32_t source;
};

Meeting First(Count output, Count pad, Count stride) {
  const Count at = static_cast<Count>(output + pad);
  return {static_cast<Count>(at % stride), static_cast<int32_t>(at / stride)};
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
int32_t Correlate(const WindowShape& shape, const int8_t* weights, const int8_t* input, Meeting top,
                  Meeting left) {
  int32_t sum = 0;
  int32_t row = top.source;
  for (Count y = top.place; y < shape.height && row >= 0;
       y = static_cast<Count>(y + shape.stride_y)) {
    int32_t column = left.source;
    for (Count x = left.place; x < shape.width && column >= 0;
         x = static_cast<Count>(x + shape.stride_x)) {
      if (row < static_cast<int32_t>(shape.input_height) &&
          column < static_cast<int32_t>(shape.input_width)) {
        const int32_t pixel = row * static_cast<int32_t>(shape.input_width) + column;
        const int32_t place = static_cast<int32_t>(y) * static_cast<int32_t>(shape.width) + x;
        sum += Products(shape, weights + place * static_cast<int32_t>(shape.input_channels),
                        input + pixel * static_cast<int32_t>(shape.input_channels));
      }
      --column;
    }
    --row;
  }
  return sum;
}

}  // namespace

void ConvolveTransposed(const WindowShape& shape, const ConvTables& tables, const int8_t* input,
                        int8_t* output) {
  const int32_t weights = static_cast<int32_t>(shape.height) * shape.width * shape.input_channels;
  for (Count y = 0; y < shape.output_height; ++y) {
    const Meeting top = First(y, shape.pad_top, shape.stride_y);
    for (Count x = 0; x < shape.output_width; ++x) {
      const Meeting left = First(x, shape.pad_left, shape.stride_x);
      for (Count k = 0; k < shape.output_channels; ++k) {
        const int32_t sum = Correlate(shape, tables.weights + k * weights, input, top, left);
        *output++ = convolution::Scale(shape, tables, k, sum + FlashRead(&tables.bias[k]));
      }
    }
  }
}

}  // namespace thrum
