#include "board.h"
#include "commands.h"
#include "console.h"
#include "engine.h"
#include "firmware.h"
#include "line.h"
#include "model_params.h"
#include "pipeline.h"
#include "raw_stream.h"
#include "sampler.h"
#include "thrum/progmem.h"
#include "thrum/telemetry.h"

namespace thrum {
namespace {

Settings settings;
uint32_t window_count;

void WriteBootReport() {
  Line& line = EmptyLine();
  line.Text(THRUM_TEXT("# thrum engine:")).Text(Engine::Name());
  line.Text(THRUM_TEXT(" model:")).Text(model::kHash());
  line.Text(THRUM_TEXT(" rate_hz:")).Number(settings.rate_hz);
  line.Text(THRUM_TEXT(" arena:")).Number(static_cast<uint32_t>(Engine::ArenaUsed()));
  WriteLine(line.c_str());
}

void WriteEvent(const pipeline::Judgement& judgement) {
  Line& line = EmptyLine();
  line.Text(THRUM_TEXT("# "))
      .Text(Name(judgement.state))
      .Text(THRUM_TEXT(" at window "))
      .Number(window_count);
  if (judgement.state == State::kFault) {
    line.Text(THRUM_TEXT(": ")).Text(Name(judgement.fault));
  } else if (judgement.state == State::kAlarm) {
    line.Text(THRUM_TEXT(":"));
    AppendLoudestBands(judgement.z, model::kBands, settings.rate_hz, &line);
  }
  WriteLine(line.c_str());
}

void WriteReport(const pipeline::Judgement& judgement) {
  Line& line = EmptyLine();
  Append({judgement.mean_score, RmsDeviation(judgement.z, model::kBands), judgement.rms_mg,
          judgement.state},
         &line);
  WriteLine(line.c_str());
}

// Reads one window of all axes into the pipeline. A sensor that has gone silent is a window that
// cannot be judged; the sampler tries to wake it with the next one.
Status Sample() {
  for (uint8_t axis = 0; axis < sampler::Axes(); ++axis) {
    const Status status = sampler::Read(axis, pipeline::Window());
    if (status == Status::kSensorSilent) {
      pipeline::AddAxis(Fault::kSilent);
      break;
    }
    if (status != Status::kOk && status != Status::kSamplesLost) {
      return status;
    }
    pipeline::AddAxis(status == Status::kOk ? Fault::kNone : Fault::kSamplesLost);
  }
  return Status::kOk;
}

Status JudgeWindow() {
  const Status status = Sample();
  if (status != Status::kOk) {
    return status;
  }
  ++window_count;
  const pipeline::Judgement& judgement = pipeline::Judge();
  if (judgement.state != judgement.before) {
    WriteEvent(judgement);
  }
  WriteReport(judgement);
  return Status::kOk;
}

// After a pause the sampler starts anew: what it missed was not lost.
Status Resume() {
  pipeline::Interrupt();
  return sampler::Begin(settings.rate_hz);
}

}  // namespace

Settings DefaultSettings() {
  return {kBoardRateHz != 0 ? kBoardRateHz : model::kRateHz, model::kBaseline.windows};
}

Status Start(const Settings& chosen) {
  settings = chosen;
  window_count = 0;
  Status status = pipeline::Begin(settings.baseline_windows);
  if (status == Status::kOk) {
    status = sampler::Begin(settings.rate_hz);
  }
  WriteBootReport();
  return status;
}

Status Step() {
  static Mode last = Mode::kJudge;
  const Mode mode = ServeLine(settings.rate_hz);
  const bool resumed = mode != last && last != Mode::kJudge;
  last = mode;
  if (mode == Mode::kFed) {
    return Status::kOk;
  }
  if (resumed) {
    return Resume();
  }
  if (!sampler::Ready()) {
    return Status::kOk;
  }
  return mode == Mode::kRaw ? StreamWindow() : JudgeWindow();
}

}  // namespace thrum
