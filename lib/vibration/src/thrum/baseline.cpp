#include "baseline.h"

#include <string.h>

#include "fixed_point.h"

namespace thrum {
namespace {

constexpr uint16_t kClipFromWindow = 9;
constexpr int32_t kMaxDeviation = 65280;  // Q12, just below 16 octaves; the step then fits int32

}  // namespace

void Baseline::Reset() { learned_ = 0; }

// F - mean in Q8, clipped against outliers.
int16_t Baseline::Innovation(uint8_t band, uint16_t log_band, bool clip) const {
  const uint16_t mean = static_cast<uint16_t>(data_.mean[band] + (mean_fraction_[band] >> 7));
  const int16_t innovation = static_cast<int16_t>(log_band - mean);
  if (!clip) {
    return innovation;
  }
  const uint16_t reach = static_cast<uint16_t>((data_.spread[band] >> 2) + 4 * config_->min_spread);
  const int16_t limit = static_cast<int16_t>(reach < 32767 ? reach : 32767);
  return innovation > limit    ? limit
         : innovation < -limit ? static_cast<int16_t>(-limit)
                               : innovation;
}

void Baseline::LearnBand(uint8_t band, uint16_t log_band, uint32_t reciprocal, bool clip) {
  const int16_t innovation = Innovation(band, log_band, clip);
  const int32_t mean = (static_cast<int32_t>(data_.mean[band]) << 8) + mean_fraction_[band] +
                       RoundShift(innovation * static_cast<int32_t>(reciprocal), 8);
  data_.mean[band] = static_cast<uint16_t>(mean >> 8);
  mean_fraction_[band] = static_cast<uint8_t>(mean);
  int32_t deviation = static_cast<int32_t>(Magnitude16(innovation)) << 4;
  deviation = deviation < kMaxDeviation ? deviation : kMaxDeviation;
  const int32_t step = (deviation - data_.spread[band]) * static_cast<int32_t>(reciprocal);
  data_.spread[band] = static_cast<uint16_t>(data_.spread[band] + RoundShift(step, 16));
}

void Baseline::Learn(const uint16_t* log_bands, uint16_t rms) {
  if (ready()) {
    return;
  }
  ++learned_;
  const uint16_t dropped = Dropped(config_->windows);
  const uint16_t k = learned_ > dropped ? static_cast<uint16_t>(learned_ - dropped) : learned_;
  if (k == 1) {
    data_.rms = static_cast<uint32_t>(rms) << 8;
    memcpy(data_.mean, log_bands, config_->bands * sizeof(*log_bands));
    memset(mean_fraction_, 0, sizeof(mean_fraction_));
    memset(data_.spread, 0, sizeof(data_.spread));
    return;
  }
  const uint32_t reciprocal = UINT32_C(65536) / k;
  const int32_t step = static_cast<int32_t>(rms) - static_cast<int32_t>(data_.rms >> 8);
  data_.rms += static_cast<uint32_t>(RoundShift(step * static_cast<int32_t>(reciprocal), 8));
  for (uint8_t b = 0; b < config_->bands; ++b) {
    LearnBand(b, log_bands[b], reciprocal, k >= kClipFromWindow);
  }
  if (ready()) {
    Finish();
  }
}

void Baseline::Finish() {
  for (uint8_t b = 0; b < config_->bands; ++b) {
    data_.mean[b] = static_cast<uint16_t>(data_.mean[b] + (mean_fraction_[b] >> 7));
    uint32_t spread = static_cast<uint32_t>(data_.spread[b]) * config_->spread_per_deviation;
    spread = (spread + 1024) >> 11;  // Q8
    spread = spread > config_->min_spread ? spread : config_->min_spread;
    data_.spread[b] = static_cast<uint16_t>(((UINT32_C(1) << 20) + spread / 2) / spread);
  }
}

void Baseline::Deviation(const uint16_t* averages, uint8_t* z) const {
  for (uint8_t b = 0; b < config_->bands; ++b) {
    const uint16_t distance = Magnitude16(static_cast<int16_t>(averages[b] - data_.mean[b]));
    const uint32_t scaled = static_cast<uint32_t>(distance) * data_.spread[b] + (1u << 14);
    z[b] = scaled >= UINT32_C(255) << 15  // below that, scaled >> 8 has 15 bits
               ? 255
               : static_cast<uint8_t>(static_cast<uint16_t>(scaled >> 8) >> 7);
  }
}

uint16_t Baseline::Level() const { return Loudest(data_.mean, config_->bands); }

BaselineData* Baseline::Restore() {
  learned_ = config_->windows;
  return &data_;
}

void Rank(const uint8_t* z, uint8_t bands, int8_t* features) {
  for (uint8_t b = 0; b < bands; ++b) {
    const int8_t value = static_cast<int8_t>(z[b] - 128);
    uint8_t place = b;
    for (; place != 0 && features[place - 1] < value; --place) {
      features[place] = features[place - 1];
    }
    features[place] = value;
  }
}

uint16_t Loudest(const uint16_t* log_bands, uint8_t bands) {
  uint16_t loudest = 0;
  for (uint8_t b = 0; b < bands; ++b) {
    loudest = log_bands[b] > loudest ? log_bands[b] : loudest;
  }
  return loudest;
}

}  // namespace thrum
