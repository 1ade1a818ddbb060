#include "thrum/nn/conv_pool.h"

#include "thrum/nn/requantize.h"

namespace thrum {
namespace {

// Index of the first channel of the pixel that window position (y, x) sees, -1 outside the image.
int32_t Pixel(const WindowShape& shape, uint16_t top, uint16_t left, uint16_t y, uint16_t x) {
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

int8_t Scale(const WindowShape& shape, const ConvTables& tables, uint16_t channel, int32_t sum) {
  const uint16_t scale = tables.per_channel ? channel : 0;
  const int32_t scaled =
      Requantize(sum, FlashRead(&tables.multiplier[scale]), FlashRead(&tables.shift[scale]));
  return ClampToInt8(scaled + shape.output_zero, shape.low, shape.high);
}

int32_t Multiply(const int8_t* weight, int8_t value) {
  return static_cast<int16_t>(FlashRead(weight)) * static_cast<int16_t>(value);
}

// Sum over one window for one output channel; weights: y, x, input channel.
int32_t Correlate(const WindowShape& shape, const int8_t* weights, const int8_t* input,
                  uint16_t top, uint16_t left) {
  int32_t sum = 0;
  for (uint16_t y = 0; y < shape.height; ++y) {
    for (uint16_t x = 0; x < shape.width; ++x) {
      const int32_t pixel = Pixel(shape, top, left, y, x);
      for (uint16_t c = 0; c < shape.input_channels; ++c) {
        sum += Multiply(weights++, pixel < 0 ? shape.input_zero : input[pixel + c]);
      }
    }
  }
  return sum;
}

// The same for one channel of a depthwise convolution.
int32_t CorrelateDepthwise(const WindowShape& shape, const int8_t* weights, const int8_t* input,
                           uint16_t top, uint16_t left, uint16_t channel) {
  const uint16_t source =
      static_cast<uint16_t>(channel / (shape.output_channels / shape.input_channels));
  const int8_t* weight = weights + channel;
  int32_t sum = 0;
  for (uint16_t y = 0; y < shape.height; ++y) {
    for (uint16_t x = 0; x < shape.width; ++x) {
      const int32_t pixel = Pixel(shape, top, left, y, x);
      sum += Multiply(weight, pixel < 0 ? shape.input_zero : input[pixel + source]);
      weight += shape.output_channels;
    }
  }
  return sum;
}

// Calls add(value) for every value of one channel that the window sees inside the image.
template <typename Add>
void Gather(const WindowShape& shape, const int8_t* input, uint16_t top, uint16_t left,
            uint16_t channel, Add add) {
  for (uint16_t y = 0; y < shape.height; ++y) {
    for (uint16_t x = 0; x < shape.width; ++x) {
      const int32_t pixel = Pixel(shape, top, left, y, x);
      if (pixel >= 0) {
        add(input[pixel + channel]);
      }
    }
  }
}

}  // namespace

void Convolve(const WindowShape& shape, const ConvTables& tables, const int8_t* input,
              int8_t* output) {
  const int32_t weights = static_cast<int32_t>(shape.height) * shape.width * shape.input_channels;
  ForEachPixel(shape, output, [&](uint16_t top, uint16_t left, int8_t* pixel) {
    for (uint16_t k = 0; k < shape.output_channels; ++k) {
      const int32_t sum = Correlate(shape, tables.weights + k * weights, input, top, left);
      pixel[k] = Scale(shape, tables, k, sum + FlashRead(&tables.bias[k]));
    }
  });
}

void ConvolveDepthwise(const WindowShape& shape, const ConvTables& tables, const int8_t* input,
                       int8_t* output) {
  ForEachPixel(shape, output, [&](uint16_t top, uint16_t left, int8_t* pixel) {
    for (uint16_t k = 0; k < shape.output_channels; ++k) {
      const int32_t sum = CorrelateDepthwise(shape, tables.weights, input, top, left, k);
      pixel[k] = Scale(shape, tables, k, sum + FlashRead(&tables.bias[k]));
    }
  });
}

void MaxPool(const WindowShape& shape, const int8_t* input, int8_t* output) {
  ForEachPixel(shape, output, [&](uint16_t top, uint16_t left, int8_t* pixel) {
    for (uint16_t k = 0; k < shape.output_channels; ++k) {
      int8_t most = -128;
      Gather(shape, input, top, left, k, [&](int8_t value) { most = value > most ? value : most; });
      pixel[k] = ClampToInt8(most, shape.low, shape.high);
    }
  });
}

void AveragePool(const WindowShape& shape, const int8_t* input, int8_t* output) {
  ForEachPixel(shape, output, [&](uint16_t top, uint16_t left, int8_t* pixel) {
    for (uint16_t k = 0; k < shape.output_channels; ++k) {
      int32_t sum = 0;
      int32_t count = 0;
      Gather(shape, input, top, left, k, [&](int8_t value) {
        sum += value;
        ++count;
      });
      const int32_t half = count / 2;
      pixel[k] = ClampToInt8((sum > 0 ? sum + half : sum - half) / count, shape.low, shape.high);
    }
  });
}

}  // namespace thrum
