#include "thrum/dsp/features.h"

#include <string.h>

#include "thrum/core/fixed_point.h"
#include "thrum/core/progmem.h"
#include "thrum/dsp/fft.h"
#include "thrum/dsp/loops.h"

namespace thrum {
namespace {

// 256 * log2(1 + i/32), rounded.
const uint16_t kLog2Table[33] THRUM_FLASH = {0,   11,  22,  33,  44,  54,  63,  73,  82,  92,  100,
                                             109, 118, 126, 134, 142, 150, 157, 165, 172, 179, 186,
                                             193, 200, 207, 213, 220, 226, 232, 238, 244, 250, 256};

constexpr uint8_t kLog2BinsThatFit = 2;  // 4 * 32766^2 < 2^32

uint32_t SaturatingAdd(uint32_t a, uint32_t b) {
  const uint32_t sum = a + b;
  return sum < a ? UINT32_MAX : sum;
}

// Sum of `bins` powers, one per complex slot, each shifted right.
uint32_t SumBins(const int16_t* slots, uint8_t bins, uint8_t shift) {
  uint32_t sum = 0;
  for (; bins != 0; --bins, slots += 2) {
    uint32_t power;
    memcpy(&power, slots, sizeof(power));
    sum = SaturatingAdd(sum, power >> shift);
  }
  return sum;
}

// Adds the bands of one axis to the sum, both brought to the larger exponent. slots: the powers of
// the bins; exponent: of these powers.
void Accumulate(const FeatureConfig& config, const int16_t* slots, int8_t exponent,
                BandPower* sum) {
  const uint8_t log2_bins = static_cast<uint8_t>(config.log2_length - 1 - config.log2_bands);
  const uint8_t bins = static_cast<uint8_t>(1u << log2_bins);
  const uint8_t shift =
      static_cast<uint8_t>(log2_bins > kLog2BinsThatFit ? log2_bins - kLog2BinsThatFit : 0);
  exponent = static_cast<int8_t>(exponent + shift);
  const int8_t common = exponent > sum->exponent ? exponent : sum->exponent;
  const uint8_t bands = static_cast<uint8_t>(1u << config.log2_bands);
  for (uint8_t b = 0; b < bands; ++b, slots += 2 * bins) {
    sum->power[b] = SaturatingAdd(
        ShiftRight(sum->power[b], static_cast<uint8_t>(common - sum->exponent)),
        ShiftRight(SumBins(slots, bins, shift), static_cast<uint8_t>(common - exponent)));
  }
  sum->exponent = common;
}

// 256 * log2(value), value > 0.
uint16_t Log2(uint32_t value) {
  const uint8_t bits = Normalize(&value);
  const uint16_t mantissa = static_cast<uint16_t>(value >> 16);  // 1.15, leading one in bit 15
  const uint8_t segment = (mantissa >> 10) & 31;
  const uint16_t fraction = mantissa & 1023;
  const uint16_t low = FlashRead(kLog2Table + segment);
  const uint16_t rise = static_cast<uint16_t>(FlashRead(kLog2Table + segment + 1) - low);
  return static_cast<uint16_t>(((bits - 1) << 8) + low + ((rise * fraction + 512) >> 10));
}

}  // namespace

void Clear(BandPower* sum) {
  for (uint32_t& power : sum->power) {
    power = 0;
  }
  sum->exponent = -128;
}

WindowStats AddWindow(const FeatureConfig& config, int16_t* samples, BandPower* sum) {
  const uint8_t log2_length = config.log2_length;
  const uint16_t length = static_cast<uint16_t>(1u << log2_length);
  WindowStats stats = {0, 0, 0, 0, 0};
  stats.mean = static_cast<int16_t>((kernel::Sum(samples, length) + length / 2) >> log2_length);
  stats.peak = kernel::Centre(samples, length, stats.mean, &stats.clipped);
  if (stats.peak == 0) {
    return stats;
  }
  const uint8_t up = static_cast<uint8_t>(15 - BitLength(stats.peak));
  uint8_t excess;
  const uint32_t square = kernel::NormalizeAndWindow(samples, length, up, config.sine, &excess);
  const uint16_t rms = SquareRoot(square << (10 - log2_length));
  stats.rms = static_cast<uint16_t>(RoundShift(rms, up));
  uint8_t down = Fft(samples, static_cast<uint8_t>(log2_length - 1), config.sine, &excess);
  down = static_cast<uint8_t>(down + excess);
  kernel::SplitPowers(samples, length / 2, config.sine, excess);
  stats.exponent = static_cast<int8_t>(2 * (down - up) - 2);
  Accumulate(config, samples, stats.exponent, sum);
  return stats;
}

// The floor never sinks below one unit of the power, so that an empty band is not log2(0). It is the
// same for all bands: a shift by a number takes an ATmega328P six cycles for every bit.
void LogBands(const FeatureConfig& config, const BandPower& sum, uint16_t* log_bands) {
  const uint8_t bands = static_cast<uint8_t>(1u << config.log2_bands);
  int8_t exponent = sum.exponent;
  int16_t floor_shift = static_cast<int16_t>(config.floor_log2 - exponent);
  uint8_t drop = 0;
  if (floor_shift > 31) {
    drop = static_cast<uint8_t>(floor_shift - 31);
    floor_shift = 31;
    exponent = static_cast<int8_t>(config.floor_log2 - 31);
  }
  const uint32_t floor = floor_shift > 0 ? UINT32_C(1) << (floor_shift - 1) : 1;
  const uint16_t offset = static_cast<uint16_t>((exponent + 1) * 256);
  for (uint8_t b = 0; b < bands; ++b) {
    const uint32_t power = ShiftRight(sum.power[b], drop);
    log_bands[b] = static_cast<uint16_t>(Log2((power >> 1) + floor) + offset);
  }
}

}  // namespace thrum
