#include "baseline.h"

#include "fixed_point.h"

namespace thrum {
namespace {

constexpr uint16_t kClipFromWindow = 9;
constexpr int32_t kMaxDeviation = 65280;  // Q12, just below 16 octaves; the step then fits int32
constexpr uint32_t kSigmaPerDeviation = 321;  // Q8, sqrt(pi / 2)

}  // namespace

void Baseline::Reset() { learned_ = 0; }

// F - mean in Q8, clipped against outliers.
int16_t Baseline::Innovation(uint8_t band, uint16_t log_band) const {
  const uint16_t mean = static_cast<uint16_t>(mean_[band] + (mean_fraction_[band] >> 7));
  int16_t innovation = static_cast<int16_t>(log_band - mean);
  if (learned_ >= kClipFromWindow) {
    const uint16_t reach = static_cast<uint16_t>((spread_[band] >> 2) + 4 * config_.min_spread);
    const int16_t limit = static_cast<int16_t>(reach < 32767 ? reach : 32767);
    innovation = innovation > limit    ? limit
                 : innovation < -limit ? static_cast<int16_t>(-limit)
                                       : innovation;
  }
  return innovation;
}

void Baseline::LearnBand(uint8_t band, uint16_t log_band, uint32_t reciprocal) {
  const int16_t innovation = Innovation(band, log_band);
  const int32_t mean = (static_cast<int32_t>(mean_[band]) << 8) + mean_fraction_[band] +
                       RoundShift(innovation * static_cast<int32_t>(reciprocal), 8);
  mean_[band] = static_cast<uint16_t>(mean >> 8);
  mean_fraction_[band] = static_cast<uint8_t>(mean);
  int32_t deviation = static_cast<int32_t>(Magnitude16(innovation)) << 4;
  deviation = deviation < kMaxDeviation ? deviation : kMaxDeviation;
  const int32_t step = (deviation - spread_[band]) * static_cast<int32_t>(reciprocal);
  spread_[band] = static_cast<uint16_t>(spread_[band] + RoundShift(step, 16));
}

void Baseline::Learn(const uint16_t* log_bands) {
  if (ready()) {
    return;
  }
  ++learned_;
  for (uint8_t b = 0; b < config_.bands; ++b) {
    if (learned_ == 1) {
      mean_[b] = log_bands[b];
      mean_fraction_[b] = 0;
      spread_[b] = 0;
    } else {
      LearnBand(b, log_bands[b], UINT32_C(65536) / learned_);
    }
  }
  if (ready()) {
    Finish();
  }
}

void Baseline::Finish() {
  for (uint8_t b = 0; b < config_.bands; ++b) {
    mean_[b] = static_cast<uint16_t>(mean_[b] + (mean_fraction_[b] >> 7));
    const uint32_t sigma = (spread_[b] * kSigmaPerDeviation + 2048) >> 12;  // Q8
    const uint32_t spread = sigma > config_.min_spread ? sigma : config_.min_spread;
    spread_[b] = static_cast<uint16_t>(((UINT32_C(1) << 20) + spread / 2) / spread);
  }
}

void Baseline::Deviation(const uint16_t* log_bands, uint8_t* z) const {
  for (uint8_t b = 0; b < config_.bands; ++b) {
    const uint16_t distance = Magnitude16(static_cast<int16_t>(log_bands[b] - mean_[b]));
    const uint32_t scaled = static_cast<uint32_t>(distance) * spread_[b] + (1u << 14);
    z[b] = scaled >= UINT32_C(255) << 15  // below that, scaled >> 8 has 15 bits
               ? 255
               : static_cast<uint8_t>(static_cast<uint16_t>(scaled >> 8) >> 7);
  }
}

}  // namespace thrum
