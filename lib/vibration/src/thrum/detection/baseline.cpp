#include "thrum/detection/baseline.h"

#include <string.h>

#include "thrum/core/code_size.h"
#include "thrum/core/fixed_point.h"

namespace thrum {
namespace {

constexpr uint16_t kClipFromWindow = 9;
constexpr uint16_t kMaxDeviation = 65280;  // Q12, just below 16 octaves; Step then fits int32
constexpr uint16_t kHalf = 1u << 15;       // rounds a shift by 16

}  // namespace

void Baseline::Reset() { learned_ = 0; }

// log_band in Q9, clipped against outliers.
uint16_t Baseline::Clipped(uint8_t band, uint16_t twice) const {
  const uint16_t mean = data_.mean[band];
  const uint16_t reach = static_cast<uint16_t>((data_.spread[band] >> 1) + 8 * config_->min_spread);
  if (Distance(twice, mean) <= reach) {
    return twice;
  }
  return static_cast<uint16_t>(twice > mean ? mean + reach : mean - reach);
}

void Baseline::LearnBand(uint8_t band, uint16_t twice, uint16_t share, uint16_t rounding) {
  const uint16_t mean = data_.mean[band];
  const uint16_t distance = Distance(twice, mean);
  const uint16_t deviation =
      distance < kMaxDeviation / 8 ? static_cast<uint16_t>(distance * 8) : kMaxDeviation;
  data_.mean[band] = Towards(mean, twice, share, rounding);
  data_.spread[band] = Towards(data_.spread[band], deviation, share, kHalf);
}

bool Baseline::Learn(const uint16_t* log_bands, uint16_t rms) {
  if (growing()) {
    Grow(log_bands, rms);
    return data_.to_grow % kGrownStoredEvery == 0;
  }
  if (ready()) {
    if (data_.to_try != 0) {
      --data_.to_try;
    }
    return data_.to_try % kStoredEvery == 0;
  }
  ++learned_;
  const uint16_t dropped = Dropped(config_->windows);
  const uint16_t k = learned_ > dropped ? static_cast<uint16_t>(learned_ - dropped) : learned_;
  const uint16_t share = static_cast<uint16_t>(UINT32_C(65536) / k);
  if (k == 1) {
    data_.rms = static_cast<uint32_t>(rms) << 8;
  }
  data_.rms += static_cast<uint32_t>(Step(this->rms(), rms, share, 128) >> 8);
  for (uint8_t b = 0; b < config_->bands; ++b) {
    uint16_t twice = static_cast<uint16_t>(log_bands[b] * 2);
    if (k == 1) {
      data_.mean[b] = twice;  // so that the deviation is 0, too
    } else if (k >= kClipFromWindow) {
      twice = Clipped(b, twice);
    }
    LearnBand(b, twice, share, static_cast<uint16_t>(k * kWeyl));
  }
  if (!ready()) {
    return false;
  }
  Finish();
  return true;
}

void Baseline::Finish() {
  data_.to_try = config_->trial;
  data_.to_grow = config_->grow;
  memset(data_.eased, 0, sizeof(data_.eased));
  for (uint8_t b = 0; b < config_->bands; ++b) {
    data_.mean[b] = static_cast<uint16_t>((data_.mean[b] + 1) >> 1);
    // 32 is 2^16 / 2^11, from Q12 and Q7 to Q8: a shift by 16 is free where registers have 8 bits.
    const uint16_t factor = static_cast<uint16_t>(config_->spread_per_deviation * 32);
    uint16_t spread =
        static_cast<uint16_t>((static_cast<uint32_t>(data_.spread[b]) * factor + kHalf) >> 16);
    spread = spread > config_->min_spread ? spread : config_->min_spread;
    data_.spread[b] = static_cast<uint16_t>(((UINT32_C(1) << 20) + spread / 2) / spread);
  }
}

void Baseline::Deviation(const uint16_t* averages, uint8_t* z) const {
  const uint16_t most = growing() ? kProvisional : uint16_t{UINT16_MAX};
  for (uint8_t b = 0; b < config_->bands; ++b) {
    const uint16_t scale = data_.spread[b];
    const uint16_t moved = Moved(averages[b], data_.mean[b], scale < most ? scale : most);
    z[b] = moved < 255 ? static_cast<uint8_t>(moved) : uint8_t{255};
  }
}

uint8_t Baseline::Louder(const uint16_t* averages) const {
  uint16_t sum = 0;  // at most kMaxBands * 255
  for (uint8_t b = 0; b < config_->bands; ++b) {
    const uint16_t mean = data_.mean[b];
    if (averages[b] > mean) {
      const uint16_t scale = data_.spread[b];
      const uint16_t moved = Moved(averages[b], mean, scale < kLouderScale ? scale : kLouderScale);
      sum = static_cast<uint16_t>(sum + (moved < 255 ? moved : 255));
    }
  }
  return static_cast<uint8_t>(sum / config_->bands);
}

void Baseline::Ease(const uint8_t* z, uint8_t most, uint8_t times) {
  const uint8_t least = static_cast<uint8_t>(most - most / 4);
  for (uint8_t b = 0; b < config_->bands; ++b) {
    if (z[b] >= least && data_.spread[b] > kWidest && EasedBand(b) < times) {
      data_.spread[b] -= static_cast<uint16_t>(data_.spread[b] / (1 << kEasing));
      data_.eased[b / 2] = static_cast<uint8_t>(data_.eased[b / 2] + (b % 2 != 0 ? 16 : 1));
    }
  }
}

uint8_t Baseline::EasedBand(uint8_t band) const {
  const uint8_t both = data_.eased[band / 2];
  return band % 2 != 0 ? static_cast<uint8_t>(both >> 4) : static_cast<uint8_t>(both & 15u);
}

uint8_t Baseline::Eased() const {
  uint8_t most = 0;
  for (uint8_t b = 0; ready() && b < config_->bands; ++b) {
    const uint8_t eased = EasedBand(b);
    most = eased > most ? eased : most;
  }
  return most;
}

uint16_t Baseline::Level() const {
  const uint16_t loudest = Loudest(data_.mean, config_->bands);
  return ready() ? loudest : static_cast<uint16_t>(loudest >> 1);
}

BaselineData* Baseline::Restore() {
  learned_ = config_->windows;
  return &data_;
}

// Doubled, so that a shift by 16 is enough: that is free where registers have 8 bits.
THRUM_OUT_OF_LINE uint16_t Moved(uint16_t now, uint16_t mean, uint16_t scale) {
  const uint32_t scaled = static_cast<uint32_t>(Distance(now, mean)) * scale + (1u << 14);
  return static_cast<uint16_t>((scaled * 2) >> 16);
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

THRUM_OUT_OF_LINE uint16_t Loudest(const uint16_t* log_bands, uint8_t bands) {
  uint16_t loudest = 0;
  for (uint8_t b = 0; b < bands; ++b) {
    loudest = log_bands[b] > loudest ? log_bands[b] : loudest;
  }
  return loudest;
}

}  // namespace thrum
