#pragma once

// What happens to one window: features, deviation, inference, decision. Fed by main.cpp with the
// sampler's windows and by commands.cpp with the host's; neither knows the stages behind it.

#include <stdint.h>

#include "model_params.h"
#include "thrum/core/status.h"
#include "thrum/detection/detector.h"
#include "thrum/detection/operating_state.h"

namespace thrum {
namespace pipeline {

// Everything that is known about one window.
struct Judgement {
  uint16_t log_bands[model::kBands];  // Q8
  uint16_t averages[model::kBands];   // Q8, of the log bands of the last windows, where judged
  uint8_t z[model::kBands];           // Q5; zero while learning
  int8_t features[model::kBands];     // the engine's input, where judged: z - 128, largest first
  int8_t scores[model::kClasses];     // and its output
  bool judged;                        // false while learning, at rest and on a fault
  uint8_t score;                      // Q8, of the anomalous class; 0 unless judged
  uint32_t rms_mg;
  uint32_t baseline_mg;  // RMS when it was learned, where judged
  bool completed;        // a baseline or a part of its trial: to be stored
  Fault fault;
  State before;  // the state that the window met
  State state;   // and the one that it left
};

// Sets up the engine. Learn comes next.
[[nodiscard]] Status Begin();

// Forgets the machine and learns it anew: `windows` windows, kFewestWindows to kMostWindows, of each
// of 1 to kMostStates operating states. False, and nothing has changed: other numbers.
bool Learn(uint16_t windows, uint16_t states);

// Takes a machine that was learned from `windows` windows of each state; the caller loads it.
Operation& Restore(uint16_t windows);

// Forgets recent scores, not the machine: after a pause they say nothing.
void Interrupt();

// The buffer of kWindow samples that AddAxis takes; it is overwritten.
int16_t* Window();

// One call per axis of a window, then Judge. The judgement takes the place of the samples: it lasts
// until the next window is written. fault: what the sampler says of this axis.
void AddAxis(Fault fault);
const Judgement& Judge();

// Windows that the present operating state's baseline has learned.
uint16_t Learned();

// Windows that a baseline takes. Part of what is stored.
uint16_t BaselineWindows();

// Operating states that are to be learned.
uint8_t OperatingStates();

const Operation& Machine();

State CurrentState();
uint8_t Score();

// See Detector::Lasted.
uint8_t Lasted();

// Scores, Q8, that raise and clear the alarm, 1 to 255; clear <= raise. False, and nothing has
// changed: other numbers.
bool SetThresholds(uint16_t raise, uint16_t clear);
const DetectorConfig& Thresholds();

}  // namespace pipeline
}  // namespace thrum
