#include "thrum/nn/cortex_m4/pooling.h"

#if THRUM_KERNELS_CORTEX_M4

#include "thrum/nn/requantize.h"

namespace thrum {
namespace cortex_m4 {
namespace {

// The part of a window that lies inside the image.
struct Part {
  const int8_t* first;
  Count rows, width;
  Count pitch, row_pitch;  // bytes from a pixel to the next one, and from the row's end to the next
};

uint32_t Load(const int8_t* from) {
  uint32_t word;
  __asm("ldr %0, %1" : "=r"(word) : "m"(*reinterpret_cast<const int8_t (*)[4]>(from)));
  return word;
}

// Calls visit(part, output) for every pixel of the output.
template <typename Visit>
void ForEachPart(const WindowShape& shape, const int8_t* input, int8_t* output, Visit visit) {
  const Count line = shape.input_width * shape.input_channels;
  for (Count y = 0; y < shape.output_height; ++y) {
    const int32_t top = static_cast<int32_t>(y * shape.stride_y - shape.pad_top);
    const int32_t bottom = top + static_cast<int32_t>(shape.height);
    const Count first_row = static_cast<Count>(top < 0 ? 0 : top);
    const Count rows = static_cast<Count>(bottom) < shape.input_height
                           ? static_cast<Count>(bottom) - first_row
                           : shape.input_height - first_row;
    for (Count x = 0; x < shape.output_width; ++x) {
      const int32_t left = static_cast<int32_t>(x * shape.stride_x - shape.pad_left);
      const int32_t right = left + static_cast<int32_t>(shape.width);
      const Count first = static_cast<Count>(left < 0 ? 0 : left);
      const Count width = static_cast<Count>(right) < shape.input_width
                              ? static_cast<Count>(right) - first
                              : shape.input_width - first;
      const Part part = {input + first_row * line + first * shape.input_channels, rows, width,
                         shape.input_channels, line - width * shape.input_channels};
      visit(part, output);
      output += shape.output_channels;
    }
  }
}

// Calls take(address) for every pixel of a part.
template <typename Take>
inline void ForEachValue(const Part& part, const int8_t* from, Take take) {
  for (Count y = part.rows; y != 0; --y) {
    for (Count x = part.width; x != 0; --x) {
      take(from);
      from += part.pitch;
    }
    from += part.row_pitch;
  }
}

// The larger one of every four bytes.
uint32_t Larger(uint32_t a, uint32_t b) {
  uint32_t result;
  __asm("ssub8 %0, %1, %2\n sel %0, %1, %2" : "=&r"(result) : "r"(a), "r"(b));
  return result;
}

int8_t Mean(int32_t sum, int32_t count, const WindowShape& shape) {
  const int32_t half = count / 2;
  return ClampToInt8((sum > 0 ? sum + half : sum - half) / count, shape.low, shape.high);
}

}  // namespace

void MaxPool(const WindowShape& shape, const int8_t* input, int8_t* output) {
  ForEachPart(shape, input, output, [&](const Part& part, int8_t* pixel) {
    Count k = 0;
    for (; k + 4 <= shape.output_channels; k += 4) {
      uint32_t most = UINT32_C(0x80808080);
      ForEachValue(part, part.first + k,
                   [&](const int8_t* value) { most = Larger(most, Load(value)); });
      for (Count i = 0; i < 4; ++i) {
        pixel[k + i] = ClampToInt8(static_cast<int8_t>(most >> (8 * i)), shape.low, shape.high);
      }
    }
    for (; k < shape.output_channels; ++k) {
      int8_t most = -128;
      ForEachValue(part, part.first + k,
                   [&](const int8_t* value) { most = *value > most ? *value : most; });
      pixel[k] = ClampToInt8(most, shape.low, shape.high);
    }
  });
}

void AveragePool(const WindowShape& shape, const int8_t* input, int8_t* output) {
  ForEachPart(shape, input, output, [&](const Part& part, int8_t* pixel) {
    const int32_t count = static_cast<int32_t>(part.rows * part.width);
    Count k = 0;
    for (; k + 4 <= shape.output_channels; k += 4) {
      int32_t a = 0, b = 0, c = 0, d = 0;
      ForEachValue(part, part.first + k, [&](const int8_t* value) {
        __asm(
            "sxtab %0, %0, %4\n sxtab %1, %1, %4, ror #8\n"
            "sxtab %2, %2, %4, ror #16\n sxtab %3, %3, %4, ror #24"
            : "+r"(a), "+r"(b), "+r"(c), "+r"(d)
            : "r"(Load(value)));
      });
      pixel[k] = Mean(a, count, shape);
      pixel[k + 1] = Mean(b, count, shape);
      pixel[k + 2] = Mean(c, count, shape);
      pixel[k + 3] = Mean(d, count, shape);
    }
    for (; k < shape.output_channels; ++k) {
      int32_t sum = 0;
      ForEachValue(part, part.first + k, [&](const int8_t* value) { sum += *value; });
      pixel[k] = Mean(sum, count, shape);
    }
  });
}

}  // namespace cortex_m4
}  // namespace thrum

#endif
