#include "pipeline.h"

#include <string.h>

#include "engine.h"
#include "thrum/core/fixed_point.h"
#include "thrum/dsp/features.h"

namespace thrum {
namespace pipeline {
namespace {

BaselineConfig baseline_config = model::kBaseline;
OperationConfig operation_config = model::kOperation;
DetectorConfig detector_config = model::kDetector;
Operation operation(baseline_config, operation_config);
Detector detector(detector_config);

// The window is used up when it is judged; 2 KB boards have no room for both.
union {
  int16_t samples[model::kWindow];
  Judgement judgement;
} window;
BandPower power;
uint32_t square;  // of the RMS, summed over the axes: 3 * 32767^2 fits
Fault fault;

// Empties the sums for the next window.
void Open() {
  Clear(&power);
  square = 0;
  fault = Fault::kNone;
}

// From counts.
[[gnu::noinline]] uint32_t MilliG(uint16_t rms) {
  return (rms * model::kMilliGPerCountQ12 + 2048) >> 12;
}

// Out of line: inlined it takes 46 bytes more of an ATmega328P.
[[gnu::noinline]] State Infer(Judgement* judgement) {
  Rank(judgement->z, model::kBands, judgement->features);
  if (Engine::Run(judgement->features, judgement->scores) != Status::kOk) {
    judgement->fault = Fault::kEngine;
    return detector.Fail();
  }
  judgement->judged = true;
  const uint8_t score = static_cast<uint8_t>(judgement->scores[model::kAnomalousClass] + 128);
  const State state = detector.Update(score);
  if (state == State::kOk && score >= model::kDetector.raise && detector.Votes() <= kEasedVotes) {
    operation.Ease(judgement->z, static_cast<uint8_t>(judgement->features[0] + 128));
  }
  return state;
}

State Decide(uint16_t rms, Judgement* judgement) {
  if (fault != Fault::kNone) {
    operation.Interrupt();
    return detector.Fail();
  }
  const Running running =
      operation.Take(judgement->log_bands, rms, judgement->averages, judgement->z);
  judgement->completed = operation.completed();
  if (running == Running::kAtRest) {
    return detector.Rest();
  }
  if (running == Running::kLearning) {
    detector.Reset();
    return State::kLearning;
  }
  if (running == Running::kGathering) {
    return detector.Wait();
  }
  judgement->baseline_mg = MilliG(operation.baseline().rms());
  return Infer(judgement);
}

}  // namespace

Status Begin() { return Engine::Begin(); }

bool Learn(uint16_t windows, uint16_t states) {
  if (windows < kFewestWindows || windows > kMostWindows || states < 1 || states > kMostStates) {
    return false;
  }
  baseline_config.windows = windows;
  operation_config.states = static_cast<uint8_t>(states);
  operation.Reset();
  Interrupt();
  return true;
}

Operation& Restore(uint16_t windows) {
  baseline_config.windows = windows;
  return operation;
}

void Interrupt() {
  Open();
  operation.Interrupt();
  detector.Reset();
}

int16_t* Window() { return window.samples; }

void AddAxis(Fault of_sampler) {
  const WindowStats stats = AddWindow(model::kFeatures, window.samples, &power);
  square += static_cast<uint32_t>(stats.rms) * stats.rms;
  if (of_sampler != Fault::kNone) {
    fault = of_sampler;
  } else if (fault == Fault::kNone) {
    fault = CheckSensor(stats, model::kWindow);
  }
}

const Judgement& Judge() {
  Judgement* judgement = &window.judgement;
  memset(judgement, 0, sizeof(*judgement));
  LogBands(model::kFeatures, power, judgement->log_bands);
  const uint16_t rms = SquareRoot(square);
  judgement->rms_mg = MilliG(rms);
  judgement->fault = fault;
  judgement->before = detector.state();
  judgement->state = Decide(rms, judgement);
  judgement->score = detector.score();
  Open();
  return *judgement;
}

uint16_t Learned() { return operation.baseline().learned(); }
uint16_t BaselineWindows() { return baseline_config.windows; }
uint8_t OperatingStates() { return operation_config.states; }
const Operation& Machine() { return operation; }
State CurrentState() { return detector.state(); }
uint8_t Score() { return detector.score(); }
uint8_t Lasted() { return detector.Lasted(); }
const DetectorConfig& Thresholds() { return detector_config; }

bool SetThresholds(uint16_t raise, uint16_t clear) {
  if (raise == 0 || raise > UINT8_MAX || clear > raise) {
    return false;
  }
  detector_config.raise = static_cast<uint8_t>(raise);
  detector_config.clear = static_cast<uint8_t>(clear);
  return true;
}

}  // namespace pipeline
}  // namespace thrum
