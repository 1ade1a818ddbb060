#include "thrum/nn/depthwise_conv_2d.h"

namespace thrum {
namespace {

// Sum over one window for one output channel.
int32_t CorrelateDepthwise(const WindowShape& shape, const int8_t* weights, const int8_t* input,
                           Count top, Count left, Count channel) {
  const Count source = static_cast<Count>(channel / (shape.output_channels / shape.input_channels));
  const int8_t* weight = weights + channel;
  int32_t sum = 0;
  for (Count y = 0; y < shape.height; ++y) {
    for (Count x = 0; x < shape.width; ++x) {
      const int32_t pixel = sliding_window::Pixel(shape, top, left, y, x);
      sum += convolution::Multiply(weight, pixel < 0 ? shape.input_zero : input[pixel + source]);
      weight += shape.output_channels;
    }
  }
  return sum;
}

}  // namespace

void ConvolveDepthwise(const WindowShape& shape, const ConvTables& tables, const int8_t* input,
                       int8_t* output) {
  sliding_window::ForEachPixel(shape, output, [&](Count top, Count left, int8_t* pixel) {
    for (Count k = 0; k < shape.output_channels; ++k) {
      const int32_t sum = CorrelateDepthwise(shape, tables.weights, input, top, left, k);
      pixel[k] = convolution::Scale(shape, tables, k, sum + FlashRead(&tables.bias[k]));
    }
  });
}

}  // namespace thrum
