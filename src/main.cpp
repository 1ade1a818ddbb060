#include "console.h"
#include "engine.h"
#include "firmware.h"
#include "model_params.h"
#include "sampler.h"
#include "thrum/baseline.h"
#include "thrum/detector.h"
#include "thrum/features.h"
#include "thrum/fixed_point.h"
#include "thrum/progmem.h"
#include "thrum/telemetry.h"

namespace thrum {
namespace {

BaselineConfig baseline_config = model::kBaseline;
Baseline baseline(baseline_config);
Detector detector(model::kDetector);
uint32_t rate_hz;
uint32_t window_count;

struct Measured {
  uint16_t log_bands[model::kBands];
  uint32_t rms_mg;
  Fault fault;
};

Status Measure(Measured* measured) {
  static int16_t samples[model::kWindow];
  static BandPower power;
  Clear(&power);
  uint32_t square = 0;  // of the RMS, summed over the axes: 3 * 32767^2 fits
  measured->fault = Fault::kNone;
  for (uint8_t axis = 0; axis < sampler::Axes(); ++axis) {
    const Status status = sampler::Read(axis, samples);
    if (status == Status::kSamplesLost) {
      measured->fault = Fault::kSamplesLost;
    } else if (status != Status::kOk) {
      return status;
    }
    const WindowStats stats = AddWindow(model::kFeatures, samples, &power);
    square += static_cast<uint32_t>(stats.rms) * stats.rms;
    const Fault fault = CheckSensor(stats, model::kWindow);
    measured->fault = measured->fault == Fault::kNone ? fault : measured->fault;
  }
  LogBands(model::kFeatures, power, measured->log_bands);
  measured->rms_mg = (SquareRoot(square) * model::kMilliGPerCountQ12 + 2048) >> 12;
  return Status::kOk;
}

// Judges the deviations and returns the new state.
State Judge(const uint8_t* z) {
  int8_t features[model::kBands];
  int8_t scores[model::kClasses];
  for (uint8_t b = 0; b < model::kBands; ++b) {
    features[b] = static_cast<int8_t>(z[b] - 128);
  }
  if (Engine::Run(features, scores) != Status::kOk) {
    return detector.Fail();
  }
  return detector.Update(static_cast<uint8_t>(scores[model::kAnomalousClass] + 128));
}

void WriteEvent(State state, Fault fault, const uint8_t* z) {
  Line line;
  line.Text(THRUM_TEXT("# "))
      .Text(Name(state))
      .Text(THRUM_TEXT(" at window "))
      .Number(window_count);
  if (state == State::kFault) {
    line.Text(THRUM_TEXT(": ")).Text(Name(fault));
  } else if (state == State::kAlarm) {
    line.Text(THRUM_TEXT(":"));
    AppendLoudestBands(z, model::kBands, rate_hz, &line);
  }
  WriteLine(line.c_str());
}

}  // namespace

Settings DefaultSettings() { return {model::kRateHz, model::kBaseline.windows}; }

Status Start(const Settings& settings) {
  baseline_config.windows = settings.baseline_windows;
  rate_hz = settings.rate_hz;
  window_count = 0;
  baseline.Reset();
  detector.Reset();
  Status status = Engine::Begin();
  if (status == Status::kOk) {
    status = sampler::Begin(rate_hz);
  }
  Line line;
  line.Text(THRUM_TEXT("# thrum engine:")).Text(Engine::Name());
  line.Text(THRUM_TEXT(" model:")).Text(model::kHash());
  line.Text(THRUM_TEXT(" rate_hz:")).Number(rate_hz);
  line.Text(THRUM_TEXT(" arena:")).Number(static_cast<uint32_t>(Engine::ArenaUsed()));
  WriteLine(line.c_str());
  return status;
}

Status Step() {
  Measured measured;
  const Status status = Measure(&measured);
  if (status != Status::kOk) {
    return status;
  }
  ++window_count;
  const State before = detector.state();
  State state = before;
  uint8_t z[model::kBands] = {};
  if (measured.fault != Fault::kNone) {
    state = detector.Fail();
  } else if (!baseline.ready()) {
    detector.Reset();
    baseline.Learn(measured.log_bands);
    state = State::kLearning;
  } else {
    baseline.Deviation(measured.log_bands, z);
    state = Judge(z);
  }
  if (state != before) {
    WriteEvent(state, measured.fault, z);
  }
  Line line;
  Append({detector.MeanScore(), RmsDeviation(z, model::kBands), measured.rms_mg, state}, &line);
  WriteLine(line.c_str());
  return Status::kOk;
}

}  // namespace thrum
