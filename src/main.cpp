#include "main.h"

#include "board.h"
#include "commands/commands.h"
#include "commands/raw_stream.h"
#include "commands/reports.h"
#include "console/line.h"
#include "identity.h"
#include "model_params.h"
#include "pipeline.h"
#include "samplers/sampler.h"
#include "storage/baseline_keeper.h"
#include "thrum/core/progmem.h"
#include "thrum/protocol/telemetry.h"

namespace thrum {
namespace {

Settings settings;

constexpr Settings kDefaults = {kBoardRateHz != 0 ? kBoardRateHz : model::kRateHz,
                                model::kBaseline.windows, model::kOperation.states};

// Constants save an ATmega328P 200 bytes.
const Settings& Present() { return THRUM_FIXED_SETTINGS ? kDefaults : settings; }

void WriteBootReport() {
  Line& line = EmptyLine();
  line.Text(THRUM_TEXT("# thrum "));
  AppendIdentity(&line);
  line.Form(THRUM_TEXT(" rate_hz:%")).Number(RateHz());
  PutLine();
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
  const pipeline::Judgement& judgement = pipeline::Judge();
  const bool completed = judgement.completed;
  Tell(judgement);
  if (completed) {
    learned::Save();
    learned::Continue();
  }
  return Status::kOk;
}

void BeginLearning() {
  pipeline::Learn(Present().baseline_windows, Present().states);
  learned::Restore();
}

// After a pause the sampler starts anew: what it missed was not lost, and what was learned from the
// host's windows is not this machine. If it does not start, the next window is a fault.
void Resume(Mode from) {
  pipeline::Interrupt();
  if (from == Mode::kFed) {
    BeginLearning();
  }
  (void)sampler::Begin(RateHz());
}

}  // namespace

Settings DefaultSettings() { return kDefaults; }

uint32_t RateHz() { return Present().rate_hz; }

Status Start(const Settings& chosen) {
  settings = chosen;
  Status status = pipeline::Begin();
  if (status == Status::kOk) {
    status = sampler::Begin(RateHz());
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
  learned::Continue();
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
