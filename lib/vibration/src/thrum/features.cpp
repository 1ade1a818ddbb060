#include "features.h"

#include "fft.h"
#include "fixed_point.h"
#include "progmem.h"

namespace thrum {
namespace {

// 256 * log2(1 + i/32), rounded.
const uint16_t kLog2Table[33] THRUM_FLASH = {0,   11,  22,  33,  44,  54,  63,  73,  82,  92,  100,
                                             109, 118, 126, 134, 142, 150, 157, 165, 172, 179, 186,
                                             193, 200, 207, 213, 220, 226, 232, 238, 244, 250, 256};

constexpr uint8_t kSplitBits = 13;
constexpr uint8_t kLog2BinsThatFit = 2;  // 4 * 32766^2 < 2^32

int16_t Mean(const int16_t* samples, uint8_t log2_length) {
  const uint16_t length = static_cast<uint16_t>(1u << log2_length);
  int32_t sum = length >> 1;
  for (uint16_t i = 0; i < length; ++i) {
    sum += samples[i];
  }
  return static_cast<int16_t>(sum >> log2_length);
}

void Centre(int16_t* samples, uint16_t length, WindowStats* stats) {
  for (uint16_t i = 0; i < length; ++i) {
    const int16_t x = samples[i];
    stats->clipped = static_cast<uint16_t>(stats->clipped + (x >= 32767 || x <= -32767));
    const int16_t d = ClampSymmetric16(static_cast<int32_t>(x) - stats->mean);
    samples[i] = d;
    if (Magnitude16(d) > stats->peak) {
      stats->peak = Magnitude16(d);
    }
  }
}

// Shifts the block left and returns sqrt(mean(d^2)) of the shifted block.
uint16_t NormalizeAndRms(int16_t* samples, uint8_t log2_length, uint8_t shift) {
  const uint16_t length = static_cast<uint16_t>(1u << log2_length);
  uint32_t sum = 0;  // of d^2 >> 10: 20 bits each, at most 1024 of them
  for (uint16_t i = 0; i < length; ++i) {
    const int16_t d = static_cast<int16_t>(samples[i] * (1 << shift));
    samples[i] = d;
    sum += static_cast<uint32_t>(static_cast<int32_t>(d) * d) >> 10;
  }
  return SquareRoot(sum << (10 - log2_length));
}

void ApplyHann(int16_t* samples, uint16_t length, const int16_t* sine) {
  const int16_t* cosine = sine + length / 4;
  const uint16_t half = length / 2;
  for (uint16_t i = 0; i <= half; ++i) {
    const int32_t hann = (INT32_C(32768) - FlashRead(cosine + i)) >> 1;
    samples[i] = static_cast<int16_t>(RoundShift(samples[i] * hann, 15));
    if (i != 0 && i != half) {
      const uint16_t mirror = static_cast<uint16_t>(length - i);
      samples[mirror] = static_cast<int16_t>(RoundShift(samples[mirror] * hann, 15));
    }
  }
}

uint32_t SaturatingAdd(uint32_t a, uint32_t b) { return a > UINT32_MAX - b ? UINT32_MAX : a + b; }

void AddPower(uint32_t* band, int16_t re, int16_t im, uint8_t shift) {
  const uint32_t power = static_cast<uint32_t>(static_cast<int32_t>(re) * re) +
                         static_cast<uint32_t>(static_cast<int32_t>(im) * im);
  *band = SaturatingAdd(*band, power >> shift);
}

struct BandMap {
  uint8_t log2_bins;  // bins per band
  uint8_t shift;      // of each bin's power, so that a band fits 32 bits
};

// Powers of the bins k and points - k out of the half-length spectrum z.
void SplitBin(const int16_t* z, uint16_t points, uint16_t k, const int16_t* sine, BandMap map,
              uint32_t* bands) {
  const int16_t* a = z + 2 * k;
  const int16_t* b = z + 2 * (points - k);
  const int16_t er = static_cast<int16_t>(a[0] + b[0]);
  const int16_t ei = static_cast<int16_t>(a[1] - b[1]);
  const int32_t odd_re = a[0] - b[0];
  const int32_t odd_im = a[1] + b[1];
  const int16_t wr = FlashRead(sine + points / 2 + k);
  const int16_t wi = FlashRead(sine + k);
  const int16_t tr = static_cast<int16_t>(RoundShift(odd_re * wr + odd_im * wi, 15));
  const int16_t ti = static_cast<int16_t>(RoundShift(odd_im * wr - odd_re * wi, 15));
  AddPower(bands + (k >> map.log2_bins), static_cast<int16_t>(er + ti),
           static_cast<int16_t>(ei - tr), map.shift);
  AddPower(bands + ((points - k) >> map.log2_bins), static_cast<int16_t>(er - ti),
           static_cast<int16_t>(ei + tr), map.shift);
}

void SplitBands(const int16_t* z, uint16_t points, const int16_t* sine, BandMap map,
                uint32_t* bands) {
  const uint16_t middle = points / 2;
  for (uint16_t k = 1; k < middle; ++k) {
    SplitBin(z, points, k, sine, map, bands);
  }
  const int16_t* z_middle = z + 2 * middle;
  AddPower(bands + (middle >> map.log2_bins), static_cast<int16_t>(2 * z_middle[0]),
           static_cast<int16_t>(2 * z_middle[1]), map.shift);
}

// Brings both sums to the larger exponent and adds them.
void Accumulate(const uint32_t* power, int8_t exponent, uint8_t bands, BandPower* sum) {
  const int8_t common = exponent > sum->exponent ? exponent : sum->exponent;
  for (uint8_t b = 0; b < bands; ++b) {
    sum->power[b] =
        SaturatingAdd(ShiftRight(sum->power[b], static_cast<uint8_t>(common - sum->exponent)),
                      ShiftRight(power[b], static_cast<uint8_t>(common - exponent)));
  }
  sum->exponent = common;
}

// 256 * log2(value), value > 0.
uint16_t Log2(uint32_t value) {
  const uint8_t bits = BitLength(value);
  const uint16_t mantissa = static_cast<uint16_t>(  // 1.15, leading one in bit 15
      bits > 16 ? value >> (bits - 16) : value << (16 - bits));
  const uint8_t segment = (mantissa >> 10) & 31;
  const uint16_t fraction = mantissa & 1023;
  const uint16_t low = FlashRead(kLog2Table + segment);
  const uint16_t rise = static_cast<uint16_t>(FlashRead(kLog2Table + segment + 1) - low);
  return static_cast<uint16_t>(((bits - 1) << 8) + low + ((rise * fraction + 512) >> 10));
}

// The floor never sinks below one unit of the power, so that an empty band is not log2(0).
uint16_t LogPower(uint32_t power, int8_t exponent, uint8_t floor_log2) {
  int16_t floor_shift = static_cast<int16_t>(floor_log2 - exponent);
  if (floor_shift > 31) {
    power = ShiftRight(power, static_cast<uint8_t>(floor_shift - 31));
    floor_shift = 31;
    exponent = static_cast<int8_t>(floor_log2 - 31);
  }
  const uint32_t floor = floor_shift > 0 ? UINT32_C(1) << (floor_shift - 1) : 1;
  return static_cast<uint16_t>(Log2((power >> 1) + floor) + (exponent + 1) * 256);
}

}  // namespace

void Clear(BandPower* sum) {
  for (uint32_t& power : sum->power) {
    power = 0;
  }
  sum->exponent = -128;
}

WindowStats AddWindow(const FeatureConfig& config, int16_t* samples, BandPower* sum) {
  const uint16_t length = static_cast<uint16_t>(1u << config.log2_length);
  const uint16_t points = length / 2;
  WindowStats stats = {Mean(samples, config.log2_length), 0, 0, 0};
  Centre(samples, length, &stats);
  if (stats.peak == 0) {
    return stats;
  }
  const uint8_t up = static_cast<uint8_t>(15 - BitLength(stats.peak));
  const uint16_t rms = NormalizeAndRms(samples, config.log2_length, up);
  stats.rms = static_cast<uint16_t>(RoundShift(rms, up));
  ApplyHann(samples, length, config.sine);
  uint8_t down = Fft(samples, static_cast<uint8_t>(config.log2_length - 1), config.sine);
  const uint8_t bits = BlockBits(samples, length);
  const uint8_t shift = bits > kSplitBits ? static_cast<uint8_t>(bits - kSplitBits) : 0;
  ShiftBlock(samples, length, shift);
  down = static_cast<uint8_t>(down + shift);

  const uint8_t log2_bins = static_cast<uint8_t>(config.log2_length - 1 - config.log2_bands);
  const BandMap map = {
      log2_bins,
      static_cast<uint8_t>(log2_bins > kLog2BinsThatFit ? log2_bins - kLog2BinsThatFit : 0)};
  uint32_t power[kMaxBands] = {};
  SplitBands(samples, points, config.sine, map, power);
  const int8_t exponent = static_cast<int8_t>(2 * (down - up) - 2 + map.shift);
  Accumulate(power, exponent, static_cast<uint8_t>(1u << config.log2_bands), sum);
  return stats;
}

void LogBands(const FeatureConfig& config, const BandPower& sum, uint16_t* log_bands) {
  const uint8_t bands = static_cast<uint8_t>(1u << config.log2_bands);
  for (uint8_t b = 0; b < bands; ++b) {
    log_bands[b] = LogPower(sum.power[b], sum.exponent, config.floor_log2);
  }
}

}  // namespace thrum
