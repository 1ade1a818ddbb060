#include "main.h"

#include "commands/commands.h"
#include "commands/raw_stream.h"
#include "commands/reports.h"
#include "console/output.h"
#include "identity.h"
#include "pipeline.h"
#include "samplers/sampler.h"
#include "settings.h"
#include "storage/baseline_keeper.h"
#include "thrum/core/progmem.h"
#include "window.h"

namespace thrum {
namespace {

void WriteBootReport() {
  Line& line = EmptyLine();
  line.Text(THRUM_TEXT("# thrum "));
  AppendIdentity(&line);
  line.Form(THRUM_TEXT(" rate_hz:%")).Number(settings::RateHz());
  PutLine();
}

// Reads one window of all axes into the pipeline. A sensor that has gone silent is a window that
// cannot be judged; the sampler tries to wake it with the next one.
Status Sample() {
  for (uint8_t axis = 0; axis < sampler::Axes(); ++axis) {
    const Status status = sampler::Read(axis, window::Samples());
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
  const pipeline::Judgement& judgement = pipeline::Judge(pipeline::Measure(), false);
  ReportWindow(judgement);
  if (judgement.completed) {
    baseline_keeper::Save();
    baseline_keeper::Continue();
  }
  return Status::kOk;
}

void BeginLearning() {
  pipeline::Learn(settings::Present().baseline_windows, settings::Present().states);
  baseline_keeper::Restore();
}

// After a pause the sampler starts anew: what it missed was not lost, and what was learned from the
// host's windows is not this machine. If it does not start, the next window is a fault.
void Resume(Mode from) {
  pipeline::Interrupt();
  if (from == Mode::kFed) {
    BeginLearning();
  }
  (void)sampler::Begin(settings::RateHz());
}

}  // namespace

Status Start(const Settings& chosen) {
  settings::Choose(chosen);
  Status status = pipeline::Begin(settings::RateHz());
  if (status == Status::kOk) {
    status = sampler::Begin(settings::RateHz());
  }
  WriteBootReport();
  if (status == Status::kOk) {
    BeginLearning();
  }
  return status;
}

Status Step() {
  static Mode last = Mode::kJudge;
  const Mode mode = ServeLine();
  const Mode before = last;
  last = mode;
  baseline_keeper::Continue();
  if (mode == Mode::kFed) {
    return Status::kOk;
  }
  if (mode != before && before != Mode::kJudge) {
    Resume(before);
    return Status::kOk;
  }
  if (!sampler::Ready()) {
    return Status::kOk;
  }
  return mode == Mode::kRaw ? StreamWindow() : JudgeWindow();
}

}  // namespace thrum
