#pragma once

// From scores to a state: k-of-n persistence, dead band, minimum hold. Called by src/pipeline.cpp
// once per window; the Python twin is thrum/reference/detector.py.
//
//   raise   votes when score >= raise; k such votes among the last n raise the alarm
//   clear   votes when score <  clear; k such votes among the last n since then end it, but not before
//           hold_windows have passed
// A sensor fault clears the votes: what was measured before says nothing afterwards. An alarm
// continues after a fault, because a lost window does not repair a machine. Only after n faulty
// windows in a row it ends: whoever repaired the sensor gets a new verdict. A machine at rest is
// idle, neither healthy nor in alarm; that clears the votes as well and ends an alarm.

#include <stdint.h>

#include "thrum/dsp/features.h"

namespace thrum {

// The number is what the telemetry line shows.
enum class State : uint8_t { kLearning = 0, kOk = 1, kAlarm = 2, kFault = 3, kIdle = 4 };

// Why a window cannot be judged.
enum class Fault : uint8_t { kNone, kStuck, kSaturated, kSamplesLost, kSilent, kEngine };

struct DetectorConfig {
  uint8_t raise;          // score, Q8, that votes for an alarm
  uint8_t clear;          // score, Q8, below which a window votes for the all-clear
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

  // Reports a window that has no verdict yet: its average (smoothing.h) is not complete.
  State Wait() { return Wait(0); }

  // Reports a window that could not be judged.
  State Fail();

  // Reports a window in which the machine was at rest.
  State Rest();

  State state() const { return state_; }

  // Windows from the first of the votes that changed the state to the last, in the window of that
  // change; otherwise 0, also where an alarm has outlived a fault.
  uint8_t Lasted() const;

  // Votes for a change among the last n windows.
  uint8_t Votes() const;

  // The last score, Q8; 0 if the last window had none.
  uint8_t score() const { return score_; }

 private:
  void Forget(State state);
  State Wait(uint8_t score);

  const DetectorConfig& config_;
  uint8_t score_ = 0;
  uint8_t faults_ = 0;   // in a row, at most n
  bool raised_ = false;  // also while the state is kFault
  uint32_t votes_ = 0;   // for a change, one bit per window, the newest in bit 0
  uint16_t held_ = 0;    // windows since the last change, saturating; 0: votes_ are those of it
  State state_ = State::kLearning;
};

}  // namespace thrum
