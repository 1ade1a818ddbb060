#include "pipeline.h"

#include <string.h>

#include "engine.h"
#include "settings.h"
#include "thrum/core/code_size.h"
#include "thrum/core/fixed_point.h"
#include "thrum/dsp/features.h"
#include "thrum/dsp/velocity.h"
#include "window.h"

namespace thrum {
namespace pipeline {
namespace {

BaselineConfig baseline_config = model::kBaseline;
OperationConfig operation_config = model::kOperation;
DetectorConfig detector_config = model::kDetector;
Operation operation(baseline_config, operation_config);
Detector detector(detector_config);

// Sums over the axes of a window.
struct Sums {
  BandPower power;
  uint32_t square;  // of the RMS: 3 * 32767^2 fits
  Fault fault;
};

// The sums while axes are added, the judgement afterwards: an ATmega328P has no room for both.
union {
  Sums sums;
  Judgement judgement;
} memory;
bool adding;  // memory holds the sums
Severity severity;
ZoneWatch zones;  // costs nothing where there are no zones

constexpr bool kZones = model::kZoneLimits.c != 0;

// The window's samples have been used up when it is measured; this takes their place.
struct Scratch {
  uint16_t log_bands[model::kBands];
  int8_t features[model::kBands];  // the engine's input: z - 128, largest first
};
static_assert(sizeof(Scratch) <= model::kWindow * sizeof(int16_t), "more bands than samples");

Scratch* UsedWindow() { return reinterpret_cast<Scratch*>(window::Samples()); }

Sums* OpenSums() {
  if (!adding) {
    Clear(&memory.sums.power);
    memory.sums.square = 0;
    memory.sums.fault = Fault::kNone;
    severity = {0, 0, 0};
    adding = true;
  }
  return &memory.sums;
}

THRUM_OUT_OF_LINE void Worsen(const WindowStats& stats) {
  if (stats.peak == 0) {
    return;
  }
  const uint16_t velocity =
      Velocity(CountedVelocity(), model::kVelocityWeights, window::Samples(), stats.exponent);
  severity.velocity = velocity > severity.velocity ? velocity : severity.velocity;
  if (severity.rms == 0 ||
      uint32_t{stats.peak} * severity.rms > uint32_t{severity.peak} * stats.rms) {
    severity.peak = stats.peak;
    severity.rms = stats.rms;
  }
}

THRUM_OUT_OF_LINE State Score(Judgement* judgement) {
  int8_t* const features = UsedWindow()->features;
  Rank(judgement->z, model::kBands, features);
  if (Engine::Run(features, judgement->scores) != Status::kOk) {
    judgement->fault = Fault::kEngine;
    return detector.Fail(judgement->fault);
  }
  judgement->judged = true;
  const uint8_t score = static_cast<uint8_t>(judgement->scores[model::kAnomalousClass] + 128);
  const State state = detector.Update(score, operation.Sudden());
  if (state == State::kOk && score >= model::kDetector.raise && detector.Votes() <= kEasedVotes) {
    operation.Ease(judgement->z, static_cast<uint8_t>(features[0] + 128));
  }
  return state;
}

State Decide(const uint16_t* log_bands, uint16_t rms, Judgement* judgement) {
  if (judgement->fault != Fault::kNone) {
    return detector.Fail(judgement->fault);
  }
  const Running running = operation.Take(log_bands, rms, judgement->averages, judgement->z);
  judgement->completed = operation.completed();
  if (running == Running::kAtRest) {
    return detector.Rest();
  }
  if (running == Running::kLearning) {
    return detector.Learn();
  }
  if (running == Running::kGathering) {
    return detector.Wait();
  }
  judgement->baseline_mg = MilliG(operation.baseline().rms());
  return Score(judgement);
}

}  // namespace

Status Begin(uint32_t rate_hz) {
  if (baseline_config.spread_per_deviation == kOfAverages) {
    const OperationConfig& built = model::kOperation;
    operation_config.log2_windows = CompleteLog2(built.log2_windows, built.stride, rate_hz);
    operation_config.log2_first = operation_config.log2_windows;
  }
  operation_config.apart = ApartFor(model::kGrowMinutes, baseline_config.grow,
                                    operation_config.log2_windows, model::kHop, rate_hz);
  operation_config.log2_grown =
      CompleteLog2(operation_config.log2_windows, operation_config.apart, rate_hz);
  return Engine::Begin();
}

VelocityConfig CountedVelocity() {
#if THRUM_FIXED_SETTINGS
  constexpr VelocityConfig kOfRate = MakeVelocity(
      kDefaultSettings.rate_hz, model::kMilliGPerCountQ12, model::kFeatures.log2_length);
  return kOfRate;
#else
  return MakeVelocity(settings::RateHz(), model::kMilliGPerCountQ12, model::kFeatures.log2_length);
#endif
}

THRUM_OUT_OF_LINE uint32_t MilliG(uint16_t counts) {
  return (counts * model::kMilliGPerCountQ12 + 2048) >> 12;
}

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

uint8_t ExpectState() { return operation.Expect(); }

Operation& Restore(uint16_t windows) {
  baseline_config.windows = windows;
  return operation;
}

void Interrupt() {
  adding = false;
  operation.Interrupt();
  detector.Reset();
}

void AddAxis(Fault of_sampler) {
  Sums* const sums = OpenSums();
  const WindowStats stats = AddWindow(model::kFeatures, window::Samples(), &sums->power);
  Worsen(stats);
  sums->square += static_cast<uint32_t>(stats.rms) * stats.rms;
  if (of_sampler != Fault::kNone) {
    sums->fault = of_sampler;
  } else if (sums->fault == Fault::kNone) {
    sums->fault = CheckSensor(stats, model::kWindow);
  }
}

const uint16_t* Measure() {
  uint16_t* const log_bands = UsedWindow()->log_bands;
  LogBands(model::kFeatures, memory.sums.power, log_bands);
  return log_bands;
}

const Judgement& Judge(const uint16_t* log_bands, bool fed) {
  const uint16_t rms = SquareRoot(memory.sums.square);
  const Fault fault = memory.sums.fault;
  adding = false;
  Judgement* const judgement = &memory.judgement;
  memset(judgement, 0, sizeof(*judgement));
  judgement->rms_mg = MilliG(rms);
  judgement->fault = fault;
  judgement->before = detector.state();
  if (kZones && !fed && fault != Fault::kSilent && fault != Fault::kStuck) {
    zones.Take(model::kZoneLimits, severity.velocity);
    detector.Exceed(zones.zone() == Zone::kD);
  }
  judgement->state = Decide(log_bands, rms, judgement);
  operation.Let(fed ? Growth::kHeld : detector.Doubts() ? Growth::kDoubted : Growth::kFree);
  if (detector.Anew()) {
    operation.Interrupt();
  }
  judgement->score = detector.score();
  return *judgement;
}

Status Infer(const int8_t* features, int8_t* scores) { return Engine::Run(features, scores); }

uint16_t Learned() { return operation.baseline().learned(); }
uint16_t BaselineWindows() { return baseline_config.windows; }
uint8_t OperatingStates() { return operation_config.states; }
const Operation& Machine() { return operation; }
State CurrentState() { return detector.state(); }
uint8_t Score() { return detector.score(); }
bool Anew() { return detector.Anew(); }
bool Strained() { return detector.Strained(); }
Zone CurrentZone() { return kZones ? zones.zone() : Zone::kUpToB; }
uint8_t Lasted() { return detector.Lasted(); }
const Severity& PresentSeverity() { return severity; }
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
