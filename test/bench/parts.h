#pragma once

// The parts of one complete window as functions that a simulator measures from call to return.

#include "golden.h"
#include "model_aot.h"
#include "model_params.h"
#include "thrum/core/progmem.h"
#include "thrum/detection/baseline.h"
#include "thrum/detection/detector.h"
#include "thrum/detection/operating_state.h"
#include "thrum/detection/smoothing.h"
#include "thrum/dsp/features.h"
#include "thrum/dsp/velocity.h"

using namespace thrum;

namespace {

constexpr BaselineConfig kLearnFew = {16, model::kBaseline.min_spread, model::kBands,
                                      model::kBaseline.spread_per_deviation, 0};
BaselineConfig baseline_config = kLearnFew;
DetectorConfig detector_config = model::kDetector;
Baseline baseline(baseline_config);
Detector detector(detector_config);
Smoothing smoothing;
Smoothing recent;
uint8_t louder;
constexpr VelocityConfig kVelocity =
    MakeVelocity(model::kRateHz, model::kMilliGPerCountQ12, model::kFeatures.log2_length);
BandPower power;
WindowStats stats;
uint16_t velocity;
int16_t samples[model::kWindow];
uint16_t log_bands[model::kBands];
uint16_t averages[model::kBands];
uint8_t z[model::kBands];
int8_t features[model::kBands];
int8_t scores[model::kClasses];

}  // namespace

#define MEASURED __attribute__((noinline, noclone)) void

extern "C" {

MEASURED bench_features() {
  Clear(&power);
  stats = AddWindow(model::kFeatures, samples, &power);
  LogBands(model::kFeatures, power, log_bands);
}

MEASURED bench_velocity() {
  velocity = Velocity(kVelocity, model::kVelocityWeights, samples, stats.exponent);
}

MEASURED bench_deviation() {
  recent.Take(log_bands, model::kBands, kLog2Recent, averages);
  louder = baseline.Louder(averages);
  smoothing.Take(log_bands, model::kBands, model::kOperation.log2_windows, averages);
  baseline.Deviation(averages, z);
  Rank(z, model::kBands, features);
}

MEASURED bench_inference() {
  if (aot::Engine::Run(features, scores) != Status::kOk) {
    detector.Reset();
  }
}

MEASURED bench_decision() {
  (void)detector.Update(static_cast<uint8_t>(scores[model::kAnomalousClass] + 128));
}

MEASURED bench_window() {
  bench_features();
  bench_velocity();
  bench_deviation();
  bench_inference();
  bench_decision();
}

MEASURED bench_learn() { baseline.Learn(log_bands); }

}  // extern "C"

namespace {

// Learns the machine, then fills the detector's history: that takes longest.
inline void LearnAndFill() {
  for (const uint16_t (&row)[model::kBands] : golden::kLearnedBands) {
    for (uint8_t b = 0; b < model::kBands; ++b) {
      log_bands[b] = FlashRead(&row[b]);
    }
    bench_learn();
  }
  for (uint8_t i = 0; i < 64; ++i) {
    scores[model::kAnomalousClass] = static_cast<int8_t>(i * 4 - 128);
    bench_decision();
  }
}

inline void Load(const golden::Window& window) {
  for (uint16_t i = 0; i < model::kWindow; ++i) {
    samples[i] = FlashRead(&window.samples[i]);
  }
}

}  // namespace
