#pragma once

// The way of one window: features, deviation, inference, decision. The only file of src that sees more
// than one of these stages. main.cpp feeds it with the sampler's windows, commands.cpp with the host's:
//   AddAxis for every axis, with its samples in window::Samples(); Measure; Judge

#include <stdint.h>

#include "model_params.h"
#include "thrum/core/status.h"
#include "thrum/detection/detector.h"
#include "thrum/detection/operating_state.h"
#include "thrum/detection/zone.h"
#include "thrum/dsp/velocity.h"

namespace thrum {
namespace pipeline {

// Everything that is known about one window. Lives until the first AddAxis of the next window: its
// memory is that of the band sums, which no sampler writes to.
struct Judgement {
  uint16_t averages[model::kBands];  // Q8, of the log bands of the last windows, where judged
  uint8_t z[model::kBands];          // Q5; zero while learning
  int8_t scores[model::kClasses];    // the engine's output, where judged
  bool judged;                       // false while learning, at rest and on a fault
  uint8_t score;                     // Q8, of the anomalous class; 0 unless judged
  uint32_t rms_mg;
  uint32_t baseline_mg;  // RMS when it was learned, where judged
  bool completed;        // a baseline or a part of its trial: to be stored
  Fault fault;
  State before;  // the state that the window met
  State state;   // and the one that it left
};

// What standards judge, of the axis where it is largest. Of the last window, or of the axes of the next
// one that were added so far.
struct Severity {
  uint16_t velocity;  // RMS, Q8 mm/s (velocity.h)
  uint16_t peak;      // of the acceleration, counts
  uint16_t rms;       // of the axis with that crest factor, counts; 0: no axis moved
};
const Severity& PresentSeverity();

// The zone of the machine; kUpToB where config.toml does not say what it is.
Zone CurrentZone();

// What the velocity counts: depends on the rate.
VelocityConfig CountedVelocity();

// Counts to milli-g, rounded.
uint32_t MilliG(uint16_t counts);

// Sets up the engine, and averages for windows at this rate. Learn comes next.
[[nodiscard]] Status Begin(uint32_t rate_hz);

// Forgets the machine and learns it anew: `windows` windows, kFewestWindows to kMostWindows, of each
// of 1 to kMostStates operating states. False, and nothing has changed: other numbers.
bool Learn(uint16_t windows, uint16_t states);

// The machine's next state is to be learned: its number; 0: all are known.
uint8_t ExpectState();

// Takes a machine that was learned from `windows` windows of each state; the caller loads it.
Operation& Restore(uint16_t windows);

// Forgets recent scores, not the machine: after a pause they say nothing.
void Interrupt();

// Adds one axis of a window. The samples in window::Samples() are overwritten. fault: what the sampler
// says of this axis.
void AddAxis(Fault fault);

// The log bands of all axes added, Q8, kBands values. They lie in window::Samples().
const uint16_t* Measure();

// Judges the window that was measured. Uses the rest of window::Samples(). fed: it is the host's, and no
// baseline grows from it.
const Judgement& Judge(const uint16_t* log_bands, bool fed);

// The engine alone, for the host: kBands features, kClasses scores.
[[nodiscard]] Status Infer(const int8_t* features, int8_t* scores);

// Windows that the present operating state's baseline has learned.
uint16_t Learned();

// Windows that a baseline takes. Part of what is stored.
uint16_t BaselineWindows();

// Operating states that are to be learned.
uint8_t OperatingStates();

const Operation& Machine();

State CurrentState();
uint8_t Score();

// See Detector.
bool Anew();
bool Strained();
uint8_t Lasted();

// Scores, Q8, that raise and clear the alarm, 1 to 255; clear <= raise. False, and nothing has
// changed: other numbers.
bool SetThresholds(uint16_t raise, uint16_t clear);
const DetectorConfig& Thresholds();

}  // namespace pipeline
}  // namespace thrum
