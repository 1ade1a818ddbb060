#include "thrum/nn/cortex_m4/window.h"

#if THRUM_KERNELS_CORTEX_M4

namespace thrum {
namespace cortex_m4 {

void Copy(int8_t* to, const int8_t* from, Count count) {
  for (Count eights = count / 8; eights != 0; --eights) {
    uint32_t first, second;
    __asm volatile("ldr %2, [%1], #4\n ldr %3, [%1], #4\n str %2, [%0], #4\n str %3, [%0], #4"
                   : "+r"(to), "+r"(from), "=&r"(first), "=&r"(second)
                   :
                   : "memory");
  }
  for (Count rest = count % 8; rest != 0; --rest) {
    *to++ = *from++;
  }
}

void Fill(int8_t* to, int8_t value, Count count) {
  const uint32_t word = static_cast<uint8_t>(value) * UINT32_C(0x01010101);
  for (; count >= 4; count -= 4) {
    __asm volatile("str %1, [%0], #4" : "+r"(to) : "r"(word) : "memory");
  }
  for (; count != 0; --count) {
    *to++ = value;
  }
}

namespace {

// One row of the window, from column `left`.
int8_t* GatherRow(const WindowShape& shape, const int8_t* row, int32_t left, int8_t* column) {
  const Count channels = shape.input_channels;
  for (Count x = 0; x < shape.width;) {
    const int32_t at = left + static_cast<int32_t>(x * shape.step_x);
    const bool inside = at >= 0 && at < static_cast<int32_t>(shape.input_width);
    Count run = 1;  // neighbours that can be copied at once
    if (inside && shape.step_x == 1) {
      const Count wanted = shape.width - x;
      const Count there = shape.input_width - static_cast<Count>(at);
      run = wanted < there ? wanted : there;
    }
    if (inside) {
      Copy(column, row + static_cast<Count>(at) * channels, run * channels);
    } else {
      Fill(column, shape.input_zero, channels);
    }
    column += run * channels;
    x += run;
  }
  return column;
}

}  // namespace

void Gather(const WindowShape& shape, const int8_t* input, int32_t top, int32_t left,
            int8_t* column) {
  const Count row_bytes = shape.width * shape.input_channels;
  const Count pitch = shape.input_width * shape.input_channels;
  for (Count y = 0; y < shape.height; ++y) {
    const int32_t row = top + static_cast<int32_t>(y * shape.step_y);
    if (row < 0 || row >= static_cast<int32_t>(shape.input_height)) {
      Fill(column, shape.input_zero, row_bytes);
      column += row_bytes;
    } else {
      column = GatherRow(shape, input + static_cast<Count>(row) * pitch, left, column);
    }
  }
}

}  // namespace cortex_m4
}  // namespace thrum

#endif
