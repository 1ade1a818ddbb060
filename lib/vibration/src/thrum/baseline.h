#pragma once

// What this machine sounds like when it is healthy: mean and spread of every log band, learned on
// the installed sensor, and the deviation of a window from it. Called by the firmware once per
// window; the NumPy twin is model/baseline.py.
//
// Learning takes config.windows windows. Of 128 or more, the first quarter (Dropped) only shows that
// the machine is there: what it says is dropped, because that is where a run-up would be. A shorter
// baseline needs every window. The others count k = 1 .. n; window k, per band
// (r = floor(65536 / k)):
//   d      = F - round(mean), clipped to +-(4 * deviation + 4 * min_spread) from the ninth window on
//   mean  += RoundShift(d * r, 8)                                      Q16 in 24 bits
//   dev   += RoundShift((min(|d|, 65280) - dev) * r, 16)               Q12
// with mean = F and dev = 0 at k = 1. A step towards each window weighted 1/k gives the mean and the
// mean absolute deviation without a sum that grows; clipping keeps a knock at the machine out. At
// the end the spread is dev * spread_per_deviation / 128, at least min_spread, and its reciprocal is
// kept:
//   scale  = round(2^20 / spread);   z = min(255, RoundShift(|F - mean| * scale, 15)),  Q5
// The RMS is averaged in the same way: rms += RoundShift((RMS - floor(rms)) * r, 8), Q8.
//
// What is learned are averages (smoothing.h) where no two of them share a window, because the
// windows that are learned are far enough apart: their spread has the machine's slow drifts
// in it, kOfAverages. Averages that overlap would say too little about these. Then single windows
// are learned, and kOfWindows makes the spread 0.41 of their sigma. Noise leaves 0.18 of it in an
// average of 16; the rest is for the drifts that a short baseline cannot see.

#include <stdint.h>

#include "features.h"

namespace thrum {

constexpr uint16_t kFewestWindows = 16;
constexpr uint16_t kMostWindows = 4096;

// Spread per mean absolute deviation, Q7. One sigma of a normal distribution is sqrt(pi / 2) = 1.253
// deviations; averages get 1.3 times that, because no baseline sees every load and temperature.
constexpr uint8_t kOfAverages = 208;
constexpr uint8_t kOfWindows = 65;

struct BaselineConfig {
  uint16_t windows;              // windows to learn, kFewestWindows to kMostWindows
  uint16_t min_spread;           // Q8 log2 units, at least 17: its reciprocal has 16 bits
  uint8_t bands;                 // at most kMaxBands
  uint8_t spread_per_deviation;  // kOfAverages or kOfWindows
};

// Windows at the start of a baseline of `windows` in which the machine may still run up.
constexpr uint16_t RunIn(uint16_t windows) { return windows / 4; }

// Windows that are dropped for that reason.
constexpr uint16_t Dropped(uint16_t windows) {
  return windows < 128 ? uint16_t{0} : RunIn(windows);
}

// What is stored of a learned baseline: 132 bytes, little endian on every target.
struct BaselineData {
  uint32_t rms;                // counts, Q8
  uint16_t mean[kMaxBands];    // Q8
  uint16_t spread[kMaxBands];  // deviation, Q12, while learning; 2^20 / spread once ready
};

class Baseline {
 public:
  Baseline() = default;
  explicit Baseline(const BaselineConfig& config) : config_(&config) {}

  // Before anything else, if it was not constructed with a configuration.
  void Use(const BaselineConfig& config) { config_ = &config; }
  const BaselineConfig& config() const { return *config_; }

  // Forgets everything and starts to learn.
  void Reset();

  // Takes one window's log bands (Q8) and RMS (counts) into the baseline; ignored once it is ready.
  void Learn(const uint16_t* log_bands, uint16_t rms = 0);

  bool ready() const { return learned_ == config_->windows; }
  uint16_t learned() const { return learned_; }

  // z of every band's average in Q5: 32 is one spread, 255 is 7.97 or more. Needs ready().
  void Deviation(const uint16_t* averages, uint8_t* z) const;

  // Mean of the loudest band, Q8: how loud the machine is.
  uint16_t Level() const;

  // RMS in counts.
  uint16_t rms() const { return static_cast<uint16_t>(data_.rms >> 8); }

  const BaselineData& data() const { return data_; }

  // The place for restored data, which makes it ready.
  BaselineData* Restore();

 private:
  int16_t Innovation(uint8_t band, uint16_t log_band, bool clip) const;
  void LearnBand(uint8_t band, uint16_t log_band, uint32_t reciprocal, bool clip);
  void Finish();

  const BaselineConfig* config_ = nullptr;
  uint16_t learned_ = 0;
  // Written when the first window is learned.
  BaselineData data_;
  uint8_t mean_fraction_[kMaxBands];  // the next 8 bits of the mean; unused once ready
};

// The network's input: `bands` z minus 128, the largest first. Which bands a fault moves is a matter of
// the machine; how far the one moves that moves most is not.
void Rank(const uint8_t* z, uint8_t bands, int8_t* features);

// The loudest of `bands` log bands.
uint16_t Loudest(const uint16_t* log_bands, uint8_t bands);

}  // namespace thrum
