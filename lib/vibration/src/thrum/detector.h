#pragma once

// From scores to a state: smoothing, k-of-n persistence, dead band, minimum hold. Called by the
// firmware once per judged window; the Python twin is model/detector.py.
//
//   mean    = sum of the last mean_windows scores; nothing is judged before there are that many
//   raise   votes when sum >= raise * mean_windows; k such votes among the last n raise the alarm
//   clear   votes when sum <  clear * mean_windows; k such votes among the last n end it, but not
//           before hold_windows have passed
// A fault empties the history: what was measured before a broken sensor says nothing afterwards. So
// does a machine at rest, which is idle: neither healthy nor an alarm.

#include <stdint.h>

#include "features.h"

namespace thrum {

// The number is what the telemetry line shows.
enum class State : uint8_t { kLearning = 0, kOk = 1, kAlarm = 2, kFault = 3, kIdle = 4 };

// Why a window cannot be judged.
enum class Fault : uint8_t { kNone, kStuck, kSaturated, kSamplesLost, kSilent, kEngine };

constexpr uint8_t kMaxMeanWindows = 32;

struct DetectorConfig {
  uint8_t mean_windows;   // 1 to kMaxMeanWindows
  uint8_t raise;          // mean score, Q8, that votes for an alarm
  uint8_t clear;          // mean score, Q8, below which a window votes for the all-clear
  uint8_t k;              // votes needed, 1 to n
  uint8_t n;              // windows that vote, at most 32
  uint16_t hold_windows;  // windows that an alarm lasts at least
};

// A window without a single change, or with more than a sixteenth of its samples at the limit.
Fault CheckSensor(const WindowStats& stats, uint16_t length);

class Detector {
 public:
  explicit Detector(const DetectorConfig& config) : config_(config) {}

  // Forgets all history; the state is kLearning until the first Update.
  void Reset();

  // score: Q8, the int8 output of the anomalous class + 128.
  State Update(uint8_t score);

  // Reports a window that could not be judged.
  State Fail();

  // Reports a window in which the machine was at rest.
  State Rest();

  State state() const { return state_; }

  // Mean of the scores in the history, Q8.
  uint8_t MeanScore() const;

 private:
  void Push(uint8_t score);
  bool Persists(uint32_t votes) const;

  const DetectorConfig& config_;
  uint8_t scores_[kMaxMeanWindows];
  uint8_t filled_ = 0;
  uint8_t next_ = 0;
  uint16_t sum_ = 0;          // of the scores in the history
  uint32_t raise_votes_ = 0;  // one bit per window, the newest in bit 0
  uint32_t clear_votes_ = 0;
  uint16_t held_ = 0;  // windows since the alarm was raised, saturating
  State state_ = State::kLearning;
};

}  // namespace thrum
