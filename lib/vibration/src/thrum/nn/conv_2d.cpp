#include "thrum/nn/conv_2d.h"

namespace thrum {
namespace {

// Sum over one window for one output channel; weights: y, x, input channel.
int32_t Correlate(const WindowShape& shape, const int8_t* weights, const int8_t* input, Count top,
                  Count left) {
  int32_t sum = 0;
  for (Count y = 0; y < shape.height; ++y) {
    for (Count x = 0; x < shape.width; ++x) {
      const int32_t pixel = sliding_window::Pixel(shape, top, left, y, x);
      for (Count c = 0; c < shape.input_channels; ++c) {
        sum += convolution::Multiply(weights++, pixel < 0 ? shape.input_zero : input[pixel + c]);
      }
    }
  }
  return sum;
}

}  // namespace

void Convolve(const WindowShape& shape, const ConvTables& tables, const int8_t* input,
              int8_t* output) {
  const int32_t weights = static_cast<int32_t>(shape.height) * shape.width * shape.input_channels;
  sliding_window::ForEachPixel(shape, output, [&](Count top, Count left, int8_t* pixel) {
    for (Count k = 0; k < shape.output_channels; ++k) {
      const int32_t sum = Correlate(shape, tables.weights + k * weights, input, top, left);
      pixel[k] = convolution::Scale(shape, tables, k, sum + FlashRead(&tables.bias[k]));
    }
  });
}

}  // namespace thrum
