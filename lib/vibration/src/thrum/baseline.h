#pragma once

// What this machine sounds like when it is healthy: mean and spread of every log band, learned on
// the installed sensor, and the deviation of a window from it. Called by the firmware once per
// window; the NumPy twin is model/baseline.py.
//
// Learning, window k = 1 .. config.windows, per band (r = floor(65536 / k)):
//   d      = F - round(mean), clipped to +-(4 * deviation + 4 * min_spread) from the ninth window
//   on mean  += RoundShift(d * r, 8)                               Q16 in 24 bits dev   +=
//   RoundShift((min(|d|, 65280) - dev) * r, 16)   Q12, starts with the second window
// A step towards each window weighted 1/k gives the mean and the mean absolute deviation without a
// sum that grows; clipping keeps a knock at the machine out. At the end the spread is
// 1.254 * dev (the sigma of a normal distribution), at least min_spread, and its reciprocal is
// kept:
//   scale  = round(2^20 / spread);   z = min(255, RoundShift(|F - mean| * scale, 15)),  Q5

#include <stdint.h>

#include "features.h"

namespace thrum {

struct BaselineConfig {
  uint16_t windows;     // windows to learn, 16 to 4096
  uint16_t min_spread;  // Q8 log2 units, at least 32
  uint8_t bands;        // at most kMaxBands
};

class Baseline {
 public:
  explicit Baseline(const BaselineConfig& config) : config_(config) {}

  // Forgets everything and starts to learn.
  void Reset();

  // Takes one window's log bands (Q8) into the baseline; ignored once it is ready.
  void Learn(const uint16_t* log_bands);

  bool ready() const { return learned_ == config_.windows; }
  uint16_t learned() const { return learned_; }

  // z of every band in Q5: 32 is one sigma, 255 is 7.97 sigma or more. Needs ready().
  void Deviation(const uint16_t* log_bands, uint8_t* z) const;

 private:
  int16_t Innovation(uint8_t band, uint16_t log_band) const;
  void LearnBand(uint8_t band, uint16_t log_band, uint32_t reciprocal);
  void Finish();

  const BaselineConfig& config_;
  uint16_t learned_ = 0;
  uint16_t mean_[kMaxBands] = {};          // Q8
  uint8_t mean_fraction_[kMaxBands] = {};  // the next 8 bits of the mean; unused once ready
  uint16_t spread_[kMaxBands] = {};  // deviation, Q12, while learning; 2^20 / spread once ready
};

}  // namespace thrum
