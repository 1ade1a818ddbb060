#pragma once

// How the machine runs: in which of its operating states (speeds, loads), or not at all. Each
// operating state has a baseline of its own. Called by src/pipeline.cpp once per window without a
// sensor fault; the Python twin is thrum/reference/operating_state.py.
//
// States are told apart by the level L of a window: its loudest log band. A state's level is the
// loudest mean of its baseline. It is known from the eighth learned window on. It is settled when its
// run-in (RunIn) is over as well, even if a short baseline uses the windows of it: a machine that is
// running up must not be taken for one that runs. Per window, in order:
//   at rest   L + idle_drop < level of the quietest settled state: neither learned nor judged. Ends
//             when L + idle_drop reaches one octave above that level. A machine that stands still is
//             silent: of the average of its last windows, no band is more than kFlat louder than the
//             mean of all, or the loudest one still falls, by an octave in kQuiet windows, because the
//             machine runs down. A machine that is quiet without that runs, and has changed: it is
//             judged, until it is silent. Every silent window takes one back. While learning, quiet
//             is rest.
//   state     the nearest level wins if it is nearer than the present one by more than half an octave.
//   surprise  a level that does not fit. While the present state is being learned: L > its level +
//             idle_drop (what was learned was the machine at rest), or L + idle_drop < its level and
//             it is not settled (what was learned was a run-up); its learning starts anew. When it
//             is ready, fewer states than config.states have begun, and somebody has said that
//             another one follows (Expect): L differs by more than state_step; a new state begins.
//             Both need eight surprises in a row, which are neither learned nor judged.
//   else      the windows that a baseline drops (Dropped) are taken one by one: they show what the
//             machine's level is. Then every stride-th window is learned until the state is ready;
//             as many more as config.trial says make its trial, in which Ease may widen the baseline.
//             Once the state is ready, windows are judged. A baseline that grows (baseline.h) and its
//             trial take averages, config.apart windows apart. While there is an alarm, or more than
//             kEasedVotes windows vote for one, it takes only every kUnsure-th: a machine that does
//             something new is learned little by little, a fault cannot fill the baseline.
// Beside them goes the average of the last windows (kLog2Recent), for what breaks within a second: when
// the bands are louder than learned by kSudden spreads in the mean (Baseline::Louder), kSuddenWindows
// times in a row, Sudden() is true, and that is an alarm without further votes. Such a window is judged
// even if its average is not complete.
// What is judged are averages over windows (smoothing.h), from 2^log2_first windows on. They start
// anew with every surprise while learning, change of state and Interrupt, but outlive rest: a machine
// that never runs long is judged, too. If stride is at least the number of
// windows in an average, averages are learned as well, as soon as they are complete, and log2_first
// is log2_windows because shorter ones vary more. Otherwise single windows are learned (baseline.h).
// A baseline that grows learns averages of 2^log2_grown windows, and is judged by these alone once it is
// final. Before that averages go on from log2_windows to log2_grown only where the next one that is
// learned is that near: what is judged provisionally is judged soon.
// Nothing but Expect begins a state: a fault that makes the machine louder is judged by the nearest
// one, also while states are missing. All comparisons are exact in Q8 and 16 bits.

#include <stdint.h>

#include "thrum/core/target.h"
#include "thrum/detection/baseline.h"
#include "thrum/detection/smoothing.h"

namespace thrum {

constexpr uint8_t kMostStates = THRUM_OPERATING_STATES;

constexpr uint8_t kLog2Recent = 3;  // windows of the short average
constexpr uint16_t kFlat = 640;     // Q8 log2 units of power: silence
constexpr uint8_t kUnsure = 8;      // one average of so many may be doubted
constexpr uint8_t kQuiet = 128;     // windows of a machine that is neither silent nor running down

struct OperationConfig {
  uint16_t stride;       // learns every stride-th window of a state, 1 to 60000
  uint16_t idle_drop;    // Q8 log2 units of power, at least 512
  uint16_t state_step;   // Q8 log2 units of power, at least 256
  uint8_t states;        // that the machine has; more than kMostStates count as kMostStates
  uint8_t log2_first;    // windows of the first average that is judged, at most log2_windows
  uint8_t log2_windows;  // of a complete average, 0 to kMostLog2Windows
  uint8_t log2_grown;    // of one that a baseline grows by, log2_windows to kMostLog2Windows
  uint16_t apart;        // windows between these, at least 2^log2_grown and at most 60000
};

// log2 of the windows of a complete average, where averages are learned: it grows on from
// 2^log2_most windows to 41 s, which are 512 windows at 3.2 kHz, as long as a stride holds it.
uint8_t CompleteLog2(uint8_t log2_most, uint16_t stride, uint32_t rate_hz);

// Windows between the averages by which a baseline grows, so that `grow` of them last `minutes` of
// operation: at least 2^log2_most, at most 60000. 4500 for 240 in 24 hours at 3.2 kHz.
uint16_t ApartFor(uint16_t minutes, uint16_t grow, uint8_t log2_most, uint16_t hop,
                  uint32_t rate_hz);

// Whether a baseline may grow from the window after this one: freely; as far as kUnsure allows, because
// there is an alarm or much speaks for one; not at all, because the windows are not the machine's.
enum class Growth : uint8_t { kFree, kDoubted, kHeld };

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

  // The machine is about to run, or runs, in a state that is not known: it is learned as soon as its
  // level shows. Its number; 0: as many as config.states are known.
  uint8_t Expect();

  // States are missing, and none has been asked for.
  bool Missing() const { return kMostStates != 1 && !expected_ && begun_ < Wanted(); }

  // What the window just taken says about the next one.
  void Let(Growth growth) { growth_ = static_cast<uint8_t>(growth) & 3u; }

  // The machine has become much louder from one second to the next.
  bool Sudden() const { return sudden_ == kSuddenWindows; }

  // The machine is as quiet as at rest, but not silent: it is judged.
  bool Quiet() const { return quiet_ == kQuiet; }

  // Times that a trial may widen a band.
  uint8_t MostEased() const {
    return thrum::MostEased(states_[0].config().grow != 0 ? config_.log2_grown
                                                          : config_.log2_windows);
  }

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
  Running Follow(uint16_t level, const uint16_t* recent);
  bool Known(uint8_t state) const;
  bool Settled(uint8_t state) const;
  bool AtRest(uint16_t level, const uint16_t* recent);
  bool Silent(const uint16_t* recent);
  void Watch(const uint16_t* recent);
  void Choose(uint16_t level);
  bool Surprising(uint16_t level) const;
  void BeginState();
  uint8_t Wanted() const;
  uint8_t Log2Now() const;
  bool Blocked() const;
  bool Due(bool averaged);
  void Learn(const uint16_t* log_bands, const uint16_t* averages, uint16_t rms);

  const OperationConfig& config_;
  Baseline states_[kMostStates];
  Smoothing smoothing_;
  Smoothing recent_;            // over 2^kLog2Recent windows, also at rest
  uint16_t lowest_;             // Q8, loudest band of the machine that runs down
  uint8_t quiet_;               // windows since it fell by an octave, at most kQuiet
  uint8_t sudden_;              // windows in a row, at most kSuddenWindows
  uint16_t until_learned_ = 0;  // windows until the next one is learned
  // Bit fields: an ATmega328P has no byte to spare.
  uint8_t present_ : 3;
  uint8_t begun_ : 3;  // states that are ready or being learned
  bool expected_ : 1;
  uint8_t surprises_ : 4;  // in a row
  bool low_ : 1;           // the level is that of a machine at rest
  bool completed_ : 1;
  uint8_t growth_ : 2;  // Growth
  uint8_t restarts_ = 0;
  uint8_t unsure_;  // doubted averages that baselines took in since the start
};

}  // namespace thrum
