#pragma once

// From scores to a state: k-of-n persistence, dead band, minimum hold. Called by src/pipeline.cpp
// once per window; the Python twin is thrum/reference/detector.py.
//
//   raise   votes when score >= raise; k such votes among the last n raise the alarm
//   clear   votes when score <  clear; k such votes among the last n since then end it, but not before
//           hold_windows have passed
// A machine that has become much louder from one second to the next (Operation::Sudden) does not wait
// for votes: its alarm begins at once, and no window of it votes for the end.
// A window that fails is a missing vote: the votes before it and an alarm outlive it, because a lost
// window does not repair a machine. Where as many windows fail in a row as vote, an alarm is over, with
// the votes that would end it: whoever repairs the sensor gets a new verdict. Votes for an alarm
// outlive that as well, unless kLongFault windows fail in a row. A machine at rest is idle, neither healthy nor an alarm. Rest ends an alarm;
// where there is none the votes outlive it, or a machine that never runs long would never be judged.
//
// A machine in zone D (zone.h) is in alarm, whatever votes and baseline say.
//
// A sensor that is at its limit again and again has too small a range, or the machine hits something:
// that is an alarm by itself, also while the machine is learned. Every saturated window counts
// kStrainOfClipped, every other one that is measured takes one back. The alarm begins at kStrained,
// after 30 windows in a row or 300 of which a fifth is saturated, and ends at 0; a ninth for ever is
// enough, a knock at the machine is not.

#include <stdint.h>

#include "thrum/detection/baseline.h"
#include "thrum/dsp/features.h"

namespace thrum {

// The number is what the telemetry line shows.
enum class State : uint8_t {
  kLearning = 0,
  kOk = 1,
  kAlarm = 2,
  kFault = 3,
  kIdle = 4,
  kGathering = 5,  // no verdict yet
};

// Why a window cannot be judged.
enum class Fault : uint8_t { kNone, kStuck, kSaturated, kSamplesLost, kSilent, kEngine, kNoise };

constexpr uint8_t kLongFault = 255;  // windows in a row: another sensor may follow
constexpr uint8_t kStrainOfClipped = 8;
constexpr uint8_t kStrained = 240;

struct DetectorConfig {
  uint8_t raise;          // score, Q8, that votes for an alarm
  uint8_t clear;          // score, Q8, below which a window votes for the all-clear
  uint8_t k;              // votes needed, 1 to n
  uint8_t n;              // windows that vote, at most 32
  uint16_t hold_windows;  // windows that an alarm lasts at least
};

// A window without a single change, one that only toggles by one count, as a sensor that hangs from its
// cable, or one with more than a sixteenth of its samples at the limit.
Fault CheckSensor(const WindowStats& stats, uint16_t length);

class Detector {
 public:
  explicit Detector(const DetectorConfig& config)
      : config_(config), strained_(false), anew_(false), raised_(false), exceeded_(false) {}

  // Forgets all history; the state is kLearning until the first Update.
  void Reset();

  // score: Q8, the int8 output of the anomalous class + 128. sudden: see above.
  State Update(uint8_t score, bool sudden = false);

  // Reports a window that has no verdict yet: its average (smoothing.h) is not complete.
  State Wait();

  // Reports a window that could not be judged. The state is kFault, but in a saturated window of an
  // alarm that saturation raised.
  State Fail(Fault fault);

  // Reports a window that is learned: forgets the votes and ends their alarm.
  State Learn();

  // Reports a window in which the machine was at rest.
  State Rest();

  // The machine is in a zone that is an alarm by itself, or no longer: counts from the next window on.
  void Exceed(bool exceeds) { exceeded_ = exceeds; }

  State state() const { return state_; }

  // Windows from the first of the votes that changed the state to the last, in the window of that
  // change; otherwise 0, also where an alarm has outlived a fault.
  uint8_t Lasted() const;

  // There is an alarm, also while the state is kFault.
  bool Raised() const { return raised_ || strained_ || exceeded_; }

  // Rest or faults have ended an alarm with this window, or it is the kLongFault-th fault in a row: a
  // new verdict takes new averages.
  bool Anew() const { return anew_; }

  // There is an alarm, or much speaks for one: nothing is to be learned from such windows.
  bool Doubts() const { return Raised() || (held_ != 0 && Votes() > kEasedVotes); }

  // The sensor is at its limit again and again.
  bool Strained() const { return strained_; }

  // Votes for a change among the last n windows.
  uint8_t Votes() const;

  // The last score, Q8; 0 if the last window had none.
  uint8_t score() const { return score_; }

 private:
  void Forget();
  void ForgetTold();
  void Relax();
  State Settle(State unless_alarm);

  const DetectorConfig& config_;
  uint8_t score_ = 0;
  uint8_t faults_ = 0;  // in a row, at most n
  uint8_t strain_ = 0;  // of the sensor, at most kStrained
  // Bit fields: an ATmega328P has no byte to spare.
  bool strained_ : 1;
  bool anew_ : 1;
  bool raised_ : 1;     // by votes; also while the state is kFault
  bool exceeded_ : 1;   // by the zone
  uint32_t votes_ = 0;  // for a change, one bit per window, the newest in bit 0
  uint16_t held_ = 0;   // windows since the last change, saturating; 0: votes_ are those of it
  State state_ = State::kLearning;
};

}  // namespace thrum
