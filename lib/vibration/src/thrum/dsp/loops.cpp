#include "thrum/dsp/loops.h"

#include <string.h>

#include "thrum/core/fixed_point.h"
#include "thrum/core/progmem.h"

namespace thrum {
namespace portable {
namespace {

constexpr uint8_t kBlockBits = 13;

// v ^ (v >> 15): the bits that v needs beside its sign.
uint16_t Used(int16_t v) { return static_cast<uint16_t>(v ^ (v >> 15)); }

uint8_t Excess(uint16_t used) {
  const uint8_t bits = BitLength(used);
  return bits > kBlockBits ? static_cast<uint8_t>(bits - kBlockBits) : 0;
}

void Swap(int16_t* a, int16_t* b) {
  const int16_t held = *a;
  *a = *b;
  *b = held;
}

int16_t Load(int16_t value, uint8_t shift) {
  return static_cast<int16_t>(RoundShift(value, shift));
}

// round(value * factor), factor Q15.
int16_t Scale(int16_t value, int32_t factor) {
  return static_cast<int16_t>(RoundShift(value * factor, 15));
}

uint16_t Butterfly(int16_t* a, int16_t* b, int16_t wr, int16_t wi, uint8_t shift) {
  const int32_t br = Load(b[0], shift);
  const int32_t bi = Load(b[1], shift);
  const int16_t ar = Load(a[0], shift);
  const int16_t ai = Load(a[1], shift);
  const int16_t tr = static_cast<int16_t>(RoundShift(br * wr - bi * wi, 15));
  const int16_t ti = static_cast<int16_t>(RoundShift(br * wi + bi * wr, 15));
  b[0] = static_cast<int16_t>(ar - tr);
  b[1] = static_cast<int16_t>(ai - ti);
  a[0] = static_cast<int16_t>(ar + tr);
  a[1] = static_cast<int16_t>(ai + ti);
  return Used(a[0]) | Used(a[1]) | Used(b[0]) | Used(b[1]);
}

// re^2 + im^2 takes the place of the complex number.
void StorePower(int16_t* slot, int16_t re, int16_t im) {
  const uint32_t power = static_cast<uint32_t>(static_cast<int32_t>(re) * re) +
                         static_cast<uint32_t>(static_cast<int32_t>(im) * im);
  memcpy(slot, &power, sizeof(power));
}

// Powers of the bins k and points - k at a and b.
void SplitBin(int16_t* a, int16_t* b, int16_t wr, int16_t wi, uint8_t shift) {
  const int16_t ar = Load(a[0], shift);
  const int16_t ai = Load(a[1], shift);
  const int16_t br = Load(b[0], shift);
  const int16_t bi = Load(b[1], shift);
  const int16_t er = static_cast<int16_t>(ar + br);
  const int16_t ei = static_cast<int16_t>(ai - bi);
  const int32_t odd_re = ar - br;
  const int32_t odd_im = ai + bi;
  const int16_t tr = static_cast<int16_t>(RoundShift(odd_re * wr + odd_im * wi, 15));
  const int16_t ti = static_cast<int16_t>(RoundShift(odd_im * wr - odd_re * wi, 15));
  StorePower(a, static_cast<int16_t>(er + ti), static_cast<int16_t>(ei - tr));
  StorePower(b, static_cast<int16_t>(er - ti), static_cast<int16_t>(ei + tr));
}

}  // namespace

int32_t Sum(const int16_t* samples, uint16_t length) {
  int32_t sum = 0;
  for (uint16_t i = 0; i < length; ++i) {
    sum += samples[i];
  }
  return sum;
}

uint16_t Centre(int16_t* samples, uint16_t length, int16_t mean, uint16_t* clipped) {
  uint16_t peak = 0;
  for (uint16_t i = 0; i < length; ++i) {
    const int16_t x = samples[i];
    *clipped = static_cast<uint16_t>(*clipped + (x >= 32767 || x <= -32767));
    const int16_t d = ClampSymmetric16(static_cast<int32_t>(x) - mean);
    samples[i] = d;
    peak = Magnitude16(d) > peak ? Magnitude16(d) : peak;
  }
  return peak;
}

uint32_t NormalizeAndWindow(int16_t* samples, uint16_t length, uint8_t shift, const int16_t* sine,
                            uint8_t* excess) {
  const uint16_t half = length / 2;
  const int16_t* cosine = sine + length / 4;
  uint16_t used = 0;
  uint32_t sum = 0;  // of d^2 >> 10: 20 bits each, at most 1024 of them
  for (uint16_t i = 0; i < length; ++i) {
    const uint16_t mirror = i <= half ? i : static_cast<uint16_t>(length - i);
    const int32_t hann = (INT32_C(32768) - FlashRead(cosine + mirror)) >> 1;
    const int16_t d = static_cast<int16_t>(samples[i] * (1 << shift));
    sum += static_cast<uint32_t>(static_cast<int32_t>(d) * d) >> 10;
    samples[i] = Scale(d, hann);
    used |= Used(samples[i]);
  }
  *excess = Excess(used);
  return sum;
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

uint8_t Stage(int16_t* data, uint16_t points, uint16_t half, const int16_t* sine, uint8_t shift) {
  const uint16_t step = points / half;        // table entries between twiddles
  const int16_t* cosine = sine + points / 2;  // a quarter turn of 2 * points entries
  uint16_t used = 0;
  for (uint16_t j = 0; j < half; ++j) {
    const int16_t wr = FlashRead(cosine + j * step);
    const int16_t wi = static_cast<int16_t>(-FlashRead(sine + j * step));
    for (uint16_t i = j; i < points; i = static_cast<uint16_t>(i + 2 * half)) {
      used |= Butterfly(data + 2 * i, data + 2 * (i + half), wr, wi, shift);
    }
  }
  return Excess(used);
}

void SplitPowers(int16_t* z, uint16_t points, const int16_t* sine, uint8_t shift) {
  const uint16_t middle = points / 2;
  for (uint16_t k = 1; k < middle; ++k) {
    SplitBin(z + 2 * k, z + 2 * (points - k), FlashRead(sine + middle + k), FlashRead(sine + k),
             shift);
  }
  int16_t* at = z + 2 * middle;
  StorePower(at, static_cast<int16_t>(2 * Load(at[0], shift)),
             static_cast<int16_t>(2 * Load(at[1], shift)));
  StorePower(z, 0, 0);
}

}  // namespace portable
}  // namespace thrum
