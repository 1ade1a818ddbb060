#pragma once

// The baseline: what this machine sounds like when it is healthy. It holds mean and spread of every
// log band, learned on the installed sensor, and gives the deviation of a window from them. Called by
// Operation (operating_state.h) once per window; the NumPy twin is thrum/reference/baseline.py.
//
// Learning takes config.windows windows. Of 128 or more, the first quarter (Dropped) is not used: the
// machine may still be running up. A shorter baseline needs every window. The others count k = 1 ..
// n; window k, per band (r = floor(65536 / k)):
//   d      = 2 * F - mean                                              Q9
//            clipped to +-(4 * dev + 4 * min_spread) from the ninth window on
//   mean  += (d * r + (kWeyl * k modulo 2^16)) >> 16                   Q9, fixed_point.h
//   dev   += RoundShift((min(8 * |d|, 65280) - dev) * r, 16)           Q12
// with mean = 2 * F and dev = 0 at k = 1; at the end the mean is rounded to Q8. F is at most 16383.
// A step of 1/k towards each window gives the mean and the mean absolute deviation without a sum that
// grows. Clipping keeps a knock at the machine out. At the end the spread is
// dev * spread_per_deviation / 128, at least min_spread, and its reciprocal is kept:
//   scale  = round(2^20 / spread);   z = min(255, RoundShift(|F - mean| * scale, 15)),  Q5
// Then comes the trial: config.trial windows that are judged already, while the spread may still
// grow. A machine does some things rarely: it starts cold, it runs at its highest load. When the
// network finds a window of the trial anomalous and there is no alarm yet, the bands that have moved
// most (z of three quarters of the largest or more) are eased, which means that their spread grows by
// 1/15:
//   scale -= floor(scale / 2^kEasing)
// No band is eased more than MostEased times in all, so that a fault that grows little by little meets
// a bound and raises the alarm; the means stay those that were learned. How often each band was eased is
// stored with it: scale * (16 / 15)^times is what was learned, which no trial moves.
// No spread grows beyond kWidest, and none while more than kEasedVotes windows vote for the alarm. So
// the bands that made a healthy machine look ill end just below the threshold, and the others stay as
// sharp as they were learned. A change that is larger than these steps raises the alarm, and while
// the alarm lasts nothing is eased. Learn counts the windows of the trial; Ease widens. The RMS is
// averaged in the same way: rms += RoundShift((RMS - floor(rms)) * r, 8), Q8.
//
// A baseline of single windows says little about a machine: 20 seconds at 3.2 kHz. Where config.grow is
// not 0 it is provisional, and grows: it is judged, and takes in config.grow averages (smoothing.h) that
// lie far apart, while there is no alarm. What was learned first counts as kPrior averages. Average k =
// kPrior + 1 .. kPrior + grow (r = floor(65536 / k), s = floor(2^24 / scale), Q12):
//   d      = F - mean                                                  Q8
//            clipped to +-(5 * s / 16 + 4 * grown_spread)
//   mean  += (d * r + (kWeyl * k modulo 2^16)) >> 16                   Q8
//   s     += RoundShift((min(13 * |d|, 65280) - s) * r, 16)            Q12; 13 / 16 = kOfAverages / 128
//   scale  = floor(2^24 / s), at most 2^20 / grown_spread, at least kWidest
// so that every average counts alike, and the spread forgets what 20 seconds could not know. Meanwhile
// no spread counts as less than a quarter octave (kProvisional): the few averages of the first hours
// have not seen all that the machine does. The mean of 240 averages is right to 0.01 octaves in 16 bits.
//
// A long baseline learns averages (smoothing.h), taken so far apart that no two share a window. Their
// spread contains the machine's slow drifts; kOfAverages scales it, and a trial follows. In a short
// baseline averages would overlap and say too little about drifts. It learns single windows without a
// trial, and kOfWindows makes the spread 0.41 of their sigma: in an average of 16 windows noise
// leaves 0.18 of it, and the rest is for drifts that a short baseline cannot see.

#include <stdint.h>

#include "thrum/dsp/features.h"

namespace thrum {

constexpr uint16_t kFewestWindows = 16;
constexpr uint16_t kMostWindows = 4096;

// Spread per mean absolute deviation, Q7. One sigma of a normal distribution is sqrt(pi / 2) = 1.253
// deviations. The spread of averages is 0.65 sigma, so that what a trial does not widen is judged by
// the same threshold as a short baseline.
constexpr uint8_t kOfAverages = 104;
constexpr uint8_t kOfWindows = 65;

constexpr uint8_t kEasing = 4;       // a spread grows by 1/15
constexpr uint8_t kEasedVotes = 16;  // so by (16 / 15)^16 = 2.8 before the alarm
constexpr uint16_t kWidest = 2048;   // the scale of two octaves
// Times that a band is eased: it becomes twice as wide. A finer average is learned with a smaller spread
// and may be eased as far in octaves: 15 times where it is of 512 windows.
constexpr uint8_t kMostEased = 11;
constexpr uint8_t MostEased(uint8_t log2_windows) {
  return static_cast<uint8_t>(kMostEased +
                              (log2_windows > 6 ? (4 * (log2_windows - 6) + 1) / 3 : 0));
}
constexpr uint8_t kStoredEvery = 16;  // averages of a trial

// A baseline that grows; see above.
constexpr uint8_t kPrior = 16;            // averages
constexpr uint16_t kProvisional = 16384;  // 2^20 / spread of a quarter octave
constexpr uint8_t kGrownStoredEvery = 4;  // averages

// A machine that has become much louder at once; see operating_state.h.
constexpr uint16_t kLouderScale = 11651;  // 2^20 / spread of 0.35 octaves
constexpr uint8_t kSudden = 128;          // Q5, mean of the bands' z
constexpr uint8_t kSuddenWindows = 8;     // in a row; their averages overlap

struct BaselineConfig {
  uint16_t windows;              // windows to learn, kFewestWindows to kMostWindows
  uint16_t min_spread;           // Q8 log2 units, at least 17: its reciprocal has 16 bits
  uint8_t bands;                 // at most kMaxBands
  uint8_t spread_per_deviation;  // kOfAverages or kOfWindows
  uint16_t trial;                // windows or averages of the trial, 0 for none
  uint16_t grow;                 // averages that it takes in after its windows, 0 for none
  uint16_t grown_spread;         // as min_spread, of these averages
};

// Windows at the start of a baseline of `windows` in which the machine may still run up.
constexpr uint16_t RunIn(uint16_t windows) { return windows / 4; }

// Windows that are dropped for that reason.
constexpr uint16_t Dropped(uint16_t windows) {
  return windows < 128 ? uint16_t{0} : RunIn(windows);
}

// What is stored of a learned baseline: 152 bytes, little endian on every target.
struct BaselineData {
  uint32_t rms;                // counts, Q8
  uint16_t mean[kMaxBands];    // Q8; Q9 while learning
  uint16_t spread[kMaxBands];  // deviation, Q12, while learning; 2^20 / spread once ready
  uint8_t
      eased[kMaxBands / 2];  // times that the trial widened a band: 4 bits each, the even one low
  uint16_t to_try;           // windows or averages that its trial still takes, once ready
  uint16_t to_grow;          // averages that it still takes in before that; 0: it is final
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

  // Takes one window's log bands (Q8) and RMS (counts) into the baseline, once it is ready an average's
  // while it grows, then into the trial; ignored when that is over, too. True: what has been learned is
  // to be stored, because it is ready, final or tried, or the last time was kGrownStoredEvery or
  // kStoredEvery averages ago.
  bool Learn(const uint16_t* log_bands, uint16_t rms = 0);

  // Widens the spread of what has moved most, where the network is wrong: z in Q5, the largest of
  // them, the times that a band may be. Needs ready().
  void Ease(const uint8_t* z, uint8_t most, uint8_t times = kMostEased);

  // Times that the trial has widened the band that it widened most, at most MostEased.
  uint8_t Eased() const;

  // Windows may be judged.
  bool ready() const { return learned_ == config_->windows; }

  // Averages that it still takes in before it is final; 0 before it is ready, too.
  uint16_t left() const { return ready() ? data_.to_grow : uint16_t{0}; }

  // It is provisional: judged already, and not final.
  bool growing() const { return left() != 0; }

  // It is final, and has grown from averages.
  bool grown() const { return ready() && data_.to_grow == 0 && config_->grow != 0; }

  // The trial is over: nothing is learned any more.
  bool tried() const { return ready() && data_.to_grow == 0 && data_.to_try == 0; }

  // Windows of the baseline, the averages that it took in, and those of the trial.
  uint16_t learned() const { return learned_; }
  uint16_t took_in() const {
    return ready() ? static_cast<uint16_t>(config_->grow - data_.to_grow) : uint16_t{0};
  }
  uint16_t on_trial() const {
    return ready() ? static_cast<uint16_t>(config_->trial - data_.to_try) : uint16_t{0};
  }

  // z of every band's average in Q5: 32 is one spread, 255 is 7.97 or more. Needs ready().
  void Deviation(const uint16_t* averages, uint8_t* z) const;

  // Mean z of all bands in Q5, where only bands that are louder than learned count, and no spread counts
  // as less than 0.35 octaves: what few windows vary by. Needs ready().
  uint8_t Louder(const uint16_t* averages) const;

  // Mean of the loudest band, Q8: how loud the machine is.
  uint16_t Level() const;

  // RMS in counts.
  uint16_t rms() const { return static_cast<uint16_t>(data_.rms >> 8); }

  const BaselineData& data() const { return data_; }

  // The place for restored data, which makes it ready.
  BaselineData* Restore();

 private:
  uint16_t Clipped(uint8_t band, uint16_t twice) const;
  void LearnBand(uint8_t band, uint16_t twice, uint16_t share, uint16_t rounding);
  void Finish();
  void Grow(const uint16_t* averages, uint16_t rms);
  uint8_t EasedBand(uint8_t band) const;

  const BaselineConfig* config_ = nullptr;
  uint16_t learned_ = 0;
  // Written when the first window is learned.
  BaselineData data_;
};

// How far a band's average (Q8, at most 16383) has moved from the mean, Q5, not clipped: with a scale
// of at most 61681 the product has 30 bits and this has 15.
uint16_t Moved(uint16_t now, uint16_t mean, uint16_t scale);

// The network's input: `bands` z minus 128, the largest first. Which bands a fault moves is a matter
// of the machine; how far the one moves that moves most is not.
void Rank(const uint8_t* z, uint8_t bands, int8_t* features);

// The loudest of `bands` log bands.
uint16_t Loudest(const uint16_t* log_bands, uint8_t bands);

}  // namespace thrum
