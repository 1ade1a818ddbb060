#pragma once

// How the machine runs: in which of its operating states (speeds, loads), or not at all. Each state
// has a baseline of its own. Called by the firmware once per window that the sensor vouches for; the
// Python twin is model/operation.py.
//
// The key is the level L of a window: its loudest log band. A state's level is the loudest mean of
// its baseline; it is known from the eighth learned window on, and settled once its run-in (RunIn) is
// over as well, also where a short baseline drops none of it: a run-up must not pass for the machine.
// Per window, in order:
//   at rest   L + idle_drop < level of the quietest settled state: neither learned nor judged. Ends
//             when L + idle_drop reaches one octave above that level.
//   state     the nearest level wins if it is nearer than the present one by more than half an octave.
//   surprise  the present state is being learned and L > its level + idle_drop (what was learned was
//             the machine at rest) or L + idle_drop < its level and it is not settled (that was a
//             run-up): its learning starts anew; or it is ready, fewer states than
//             config.states have begun, and L differs by more than state_step: a new state begins.
//             Both need eight surprises in a row, which are neither learned nor judged.
//   else      the windows that a baseline drops (Dropped) are taken one by one: they show what the
//             machine's level is. Then every stride-th window is learned until the state is ready;
//             as many more as config.trial says make its trial, in which Ease may widen the baseline.
//             Once the state is ready, windows are judged.
// Judged are averages over windows (smoothing.h), from config.log2_first on. They start anew with every
// rest, surprise, change of state and Interrupt. Where stride is at least the number of windows that
// they can take, they are learned as well, as soon as they are complete; otherwise single windows are
// (baseline.h). Where they are learned log2_first is log2_windows: shorter ones vary more.
// Once config.states have begun, nothing is learned any more that is not asked for: a fault that
// makes the machine louder is judged by the nearest state. As long as states are missing, such a
// fault looks like one of them. All comparisons are exact in Q8 and 16 bits.

#include <stdint.h>

#include "thrum/core/target.h"
#include "thrum/detection/baseline.h"
#include "thrum/detection/smoothing.h"

namespace thrum {

constexpr uint8_t kMostStates = THRUM_OPERATING_STATES;

struct OperationConfig {
  uint16_t stride;       // learns every stride-th window of a state, 1 to 60000
  uint16_t idle_drop;    // Q8 log2 units of power, at least 512
  uint16_t state_step;   // Q8 log2 units of power, at least 256
  uint8_t states;        // that the machine has; more than kMostStates count as kMostStates
  uint8_t log2_first;    // windows of the first average that is judged, at most log2_windows
  uint8_t log2_windows;  // of a complete average, 0 to kMostLog2Windows
};

// What is to be done with a window.
enum class Running : uint8_t { kLearning, kAtRest, kGathering, kJudged };

class Operation {
 public:
  Operation(const BaselineConfig& baseline, const OperationConfig& config);

  // Forgets everything and starts to learn.
  void Reset();

  // What follows does not continue what came before: averages start anew.
  void Interrupt();

  // Takes one window: log bands in Q8, RMS in counts. Where it is to be judged, averages (Q8) and
  // their z (Q5) are written.
  Running Take(const uint16_t* log_bands, uint16_t rms, uint16_t* averages, uint8_t* z);

  // The network finds the window just taken, with these z, the largest of them `most`, anomalous
  // without an alarm: eases the baseline of the present state if it is on trial.
  void Ease(const uint8_t* z, uint8_t most);

  // The baseline of the present state, and its number.
  const Baseline& baseline() const { return states_[present()]; }
  uint8_t present() const { return kMostStates == 1 ? 0 : present_; }

  // The window just taken made the present state ready or ended its trial, or a part of it: what has
  // been learned can be stored.
  bool completed() const { return completed_; }

  // Times that learning started anew; wraps.
  uint8_t restarts() const { return restarts_; }

  // States that are ready, and the data of each: what is stored.
  uint8_t ready() const;
  const BaselineData& data(uint8_t state) const { return states_[state].data(); }

  // Starts with `count` stored states, whose data the caller then writes.
  void Restore(uint8_t count);
  BaselineData* restored(uint8_t state) { return states_[state].Restore(); }

 private:
  Running Follow(uint16_t level);
  bool Known(uint8_t state) const;
  bool Settled(uint8_t state) const;
  bool AtRest(uint16_t level);
  void Choose(uint16_t level);
  bool Surprising(uint16_t level) const;
  void BeginState();
  uint8_t Wanted() const;
  void Learn(const uint16_t* log_bands, const uint16_t* averages, uint16_t rms);

  const OperationConfig& config_;
  Baseline states_[kMostStates];
  Smoothing smoothing_;
  uint16_t until_learned_ = 0;  // windows until the next one is learned, at most config.stride
  // Bit fields: an ATmega328P has no byte to spare.
  uint8_t present_ : 4;
  uint8_t begun_ : 4;      // states that are ready or being learned
  uint8_t surprises_ : 6;  // in a row
  bool at_rest_ : 1;
  bool completed_ : 1;
  uint8_t restarts_ = 0;
};

}  // namespace thrum
