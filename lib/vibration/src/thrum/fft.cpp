#include "fft.h"

#include "fixed_point.h"
#include "progmem.h"

namespace thrum {
namespace {

constexpr uint8_t kStageBits = 13;

void Swap(int16_t* a, int16_t* b) {
  const int16_t held = *a;
  *a = *b;
  *b = held;
}

void ReverseBits(int16_t* data, uint16_t points) {
  uint16_t mirror = 0;
  for (uint16_t i = 1; i < points; ++i) {
    uint16_t bit = points >> 1;
    while (mirror & bit) {
      mirror ^= bit;
      bit >>= 1;
    }
    mirror ^= bit;
    if (i < mirror) {
      Swap(data + 2 * i, data + 2 * mirror);
      Swap(data + 2 * i + 1, data + 2 * mirror + 1);
    }
  }
}

inline void Butterfly(int16_t* a, int16_t* b, int16_t wr, int16_t wi) {
  const int32_t br = b[0];
  const int32_t bi = b[1];
  const int16_t tr = static_cast<int16_t>(RoundShift(br * wr - bi * wi, 15));
  const int16_t ti = static_cast<int16_t>(RoundShift(br * wi + bi * wr, 15));
  b[0] = static_cast<int16_t>(a[0] - tr);
  b[1] = static_cast<int16_t>(a[1] - ti);
  a[0] = static_cast<int16_t>(a[0] + tr);
  a[1] = static_cast<int16_t>(a[1] + ti);
}

void Stage(int16_t* data, uint16_t points, uint16_t half, const int16_t* sine) {
  const uint16_t step = points / half;        // table entries between twiddles
  const int16_t* cosine = sine + points / 2;  // a quarter turn of 2 * points entries
  for (uint16_t j = 0; j < half; ++j) {
    const int16_t wr = FlashRead(cosine + j * step);
    const int16_t wi = static_cast<int16_t>(-FlashRead(sine + j * step));
    for (uint16_t i = j; i < points; i = static_cast<uint16_t>(i + 2 * half)) {
      Butterfly(data + 2 * i, data + 2 * (i + half), wr, wi);
    }
  }
}

}  // namespace

uint8_t BlockBits(const int16_t* data, uint16_t length) {
  uint16_t all = 0;
  for (uint16_t i = 0; i < length; ++i) {
    all |= static_cast<uint16_t>(data[i] ^ (data[i] >> 15));
  }
  return BitLength(all);
}

void ShiftBlock(int16_t* data, uint16_t length, uint8_t shift) {
  for (uint16_t i = 0; shift != 0 && i < length; ++i) {
    data[i] = static_cast<int16_t>(RoundShift(data[i], shift));
  }
}

uint8_t Fft(int16_t* data, uint8_t log2_points, const int16_t* sine) {
  const uint16_t points = static_cast<uint16_t>(1u << log2_points);
  uint8_t shifts = 0;
  ReverseBits(data, points);
  for (uint16_t half = 1; half < points; half = static_cast<uint16_t>(half * 2)) {
    const uint8_t bits = BlockBits(data, static_cast<uint16_t>(2 * points));
    const uint8_t shift = bits > kStageBits ? static_cast<uint8_t>(bits - kStageBits) : 0;
    ShiftBlock(data, static_cast<uint16_t>(2 * points), shift);
    shifts = static_cast<uint8_t>(shifts + shift);
    Stage(data, points, half, sine);
  }
  return shifts;
}

}  // namespace thrum
