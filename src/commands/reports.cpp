#include "commands/reports.h"

#include "console/output.h"
#include "model_params.h"
#include "samplers/sampler.h"
#include "settings.h"
#include "thrum/core/code_size.h"
#include "thrum/core/progmem.h"
#include "thrum/protocol/telemetry.h"

namespace thrum {
namespace {

constexpr uint8_t kProgressLines = 8;  // per baseline

uint32_t window_count;  // wraps; only differences and the number shown depend on it
uint32_t alarm_since;
uint16_t learned;  // with the trial, as last told
uint8_t state;     // operating state, as last told
uint8_t restarts;  // as last told

// raised: by this window.
void WriteChange(const pipeline::Judgement& judgement, bool raised) {
  Line& line = EmptyLine();
  line.Form(THRUM_TEXT("# % at window %")).Text(Name(judgement.state)).Number(window_count);
  if (judgement.state == State::kFault) {
    line.Text(THRUM_TEXT(": ")).Text(Name(judgement.fault));
  } else if (raised) {
    line.Text(THRUM_TEXT(":"));
    const BaselineData& usual = pipeline::Machine().baseline().data();
    AppendLoudestBands({judgement.averages, usual.mean, usual.spread, model::kBands},
                       settings::RateHz(), &line);
  } else if (judgement.state == State::kAlarm || judgement.before == State::kAlarm) {
    line.Text(judgement.state == State::kAlarm ? THRUM_TEXT(": goes on")
                                               : THRUM_TEXT(": alarm ended"));
    AppendDuration(window_count - alarm_since, model::kHop, settings::RateHz(), &line);
  }
  PutLine();
}

void WriteEvidence(const Report& report, uint32_t baseline_mg, uint8_t lasted) {
  Line& line = EmptyLine();
  line.Text(THRUM_TEXT("# evidence:"));
  AppendEvidence(report, baseline_mg, model::kCrossCheck, &line);
  AppendDuration(lasted, model::kHop, settings::RateHz(), &line);
  PutLine();
}

// Every eighth of a baseline with its trial, and whenever learning starts anew.
THRUM_OUT_OF_LINE void WriteProgress() {
  const Operation& machine = pipeline::Machine();
  const Baseline& baseline = machine.baseline();
  const bool anew =
      machine.restarts() != restarts || (kMostStates != 1 && machine.present() != state);
  const uint16_t count = static_cast<uint16_t>(baseline.learned() + baseline.on_trial());
  if (!anew && count == learned) {
    return;
  }
  learned = count;
  const uint16_t all = static_cast<uint16_t>(baseline.config().windows + baseline.config().trial);
  if (!anew && learned % (all / kProgressLines) != 0) {
    return;
  }
  restarts = machine.restarts();
  state = machine.present();
  Line& line = EmptyLine();
  line.Form(THRUM_TEXT("# operating state % learned:%/%"))
      .Number(state)
      .Number(learned)
      .Number(all);
  PutLine();
}

}  // namespace

THRUM_OUT_OF_LINE void ReportWindow(const pipeline::Judgement& judgement) {
  ++window_count;
  const Report report = {judgement.score, RmsDeviation(judgement.z, model::kBands),
                         judgement.rms_mg, judgement.state};
  const bool changed = judgement.state != judgement.before;
  const uint8_t lasted = pipeline::Lasted();
  const bool raised = report.state == State::kAlarm && lasted != 0;
  WriteProgress();
  if (changed) {
    WriteChange(judgement, raised);
  }
  if (changed && raised) {
    alarm_since = window_count;
    // Lets the sampler collect: two long lines take longer than its buffer lasts.
    (void)sampler::Ready();
    WriteEvidence(report, judgement.baseline_mg, lasted);
  }
  Line& line = EmptyLine();
  Append(report, &line);
  PutLine();
}

}  // namespace thrum
