#include "commands/reports.h"

#include "commands/remarks.h"
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
uint16_t learned;  // with all that follows, as last told
uint8_t state;     // operating state, as last told
uint8_t restarts;  // as last told
bool strained;     // as last told
Zone zone;         // as last told
// Why an alarm begins with this window.
struct Begins {
  bool raised;   // by votes or the fast path
  bool strains;  // by the sensor's limit
  bool exceeds;  // by the zone
  bool any() const { return raised || strains || exceeds; }
};

void AppendCause(const Begins& begins, const uint16_t* averages, Line* line) {
  if (begins.exceeds) {
    line->Text(THRUM_TEXT(": vibration in zone D"));
  } else if (begins.strains) {
    line->Text(
        THRUM_TEXT(": the sensor is at its limit again and again: "
                   "too small a range, or the machine hits something"));
  } else {
    line->Text(THRUM_TEXT(":"));
    const BaselineData& usual = pipeline::Machine().baseline().data();
    AppendLoudestBands({averages, usual.mean, usual.spread, model::kBands}, settings::RateHz(),
                       line);
  }
}

void WriteChange(const pipeline::Judgement& judgement, const Begins& begins) {
  if (begins.any() && judgement.before != State::kAlarm) {
    alarm_since = window_count;
  }
  Line& line = EmptyLine();
  line.Form(THRUM_TEXT("# % at window %")).Text(Name(judgement.state)).Number(window_count);
  if (judgement.state == State::kFault) {
    line.Text(THRUM_TEXT(": ")).Text(Name(judgement.fault));
  } else if (begins.any()) {
    AppendCause(begins, judgement.averages, &line);
  } else if (judgement.state == State::kAlarm || judgement.before == State::kAlarm) {
    line.Text(judgement.state == State::kAlarm ? THRUM_TEXT(": goes on")
                                               : THRUM_TEXT(": alarm ended"));
    AppendDuration(window_count - alarm_since, model::kHop, settings::RateHz(), &line);
  }
  if (judgement.state == State::kOk && pipeline::Machine().baseline().growing()) {
    line.Text(THRUM_TEXT(": provisional"));
  }
  PutLine();
}

// A zone that the machine has entered or left.
THRUM_OUT_OF_LINE void WriteZone() {
  const Zone now = pipeline::CurrentZone();
  if (now == zone) {
    return;
  }
  zone = now;
  Line& line = EmptyLine();
  line.Text(now == Zone::kD   ? THRUM_TEXT("# zone D, the machine may be damaged: mm_s:")
            : now == Zone::kC ? THRUM_TEXT("# zone C, plan a repair: mm_s:")
                              : THRUM_TEXT("# zone B or better: mm_s:"));
  line.Fixed(pipeline::PresentSeverity().velocity, 8);
  line.Text(THRUM_TEXT(" limits:")).Fixed(model::kZoneLimits.b, 8).Text(THRUM_TEXT("/"));
  line.Fixed(model::kZoneLimits.c, 8);
  PutLine();
}

void WriteEvidence(const Report& report, uint32_t baseline_mg, uint8_t lasted) {
  Line& line = EmptyLine();
  line.Text(THRUM_TEXT("# evidence:"));
  AppendEvidence(report, baseline_mg, model::kCrossCheck, &line);
  AppendDuration(lasted, model::kHop, settings::RateHz(), &line);
  PutLine();
}

// How far a baseline is: learned, then provisional while it grows, then on trial.
struct Progress {
  const char* phase;  // flash text
  uint16_t done;
  uint16_t all;
};

Progress ProgressOf(const Baseline& baseline) {
  const BaselineConfig& config = baseline.config();
  if (baseline.on_trial() != 0) {
    return {THRUM_TEXT("on trial"), baseline.on_trial(), config.trial};
  }
  if (baseline.took_in() != 0) {
    return {THRUM_TEXT("provisional"), baseline.took_in(), config.grow};
  }
  return {THRUM_TEXT("learned"), baseline.learned(), config.windows};
}

// Every eighth of each of these, and whenever learning starts anew.
THRUM_OUT_OF_LINE void WriteProgress() {
  const Operation& machine = pipeline::Machine();
  const Baseline& baseline = machine.baseline();
  const bool anew =
      machine.restarts() != restarts || (kMostStates != 1 && machine.present() != state);
  const uint16_t count =
      static_cast<uint16_t>(baseline.learned() + baseline.took_in() + baseline.on_trial());
  if (!anew && count == learned) {
    return;
  }
  learned = count;
  const Progress now = ProgressOf(baseline);
  if (!anew && now.done != now.all && now.done % (now.all / kProgressLines) != 0) {
    return;
  }
  restarts = machine.restarts();
  state = machine.present();
  Line& line = EmptyLine();
  line.Form(THRUM_TEXT("# operating state % %:%/%")).Number(state);
  line.Text(now.phase).Number(now.done).Number(now.all);
  PutLine();
}

}  // namespace

THRUM_OUT_OF_LINE void ReportWindow(const pipeline::Judgement& judgement) {
  ++window_count;
  const Report report = {judgement.score, RmsDeviation(judgement.z, model::kBands),
                         judgement.rms_mg, pipeline::PresentSeverity().velocity, judgement.state};
  const bool changed = judgement.state != judgement.before;
  const uint8_t lasted = pipeline::Lasted();
  const bool raised = report.state == State::kAlarm && lasted != 0;
  WriteProgress();
  const Begins begins = {raised, pipeline::Strained() && !strained,
                         pipeline::CurrentZone() == Zone::kD && zone != Zone::kD};
  if (changed || begins.any()) {
    WriteChange(judgement, begins);
    // Lets the sampler collect: two long lines take longer than its buffer lasts.
    (void)sampler::Ready();
  }
  strained = pipeline::Strained();
  WriteRemarks(judgement, window_count, raised);
  if (model::kZoneLimits.c != 0) {
    WriteZone();
  }
  if (raised && pipeline::Machine().Missing()) {
    EmptyLine().Text(THRUM_TEXT("# another operating state, not a fault? state learns it"));
    PutLine();
  }
  if (raised && pipeline::Machine().Sudden()) {
    EmptyLine().Text(THRUM_TEXT("# fast path: much louder at once, without waiting for votes"));
    PutLine();
  }
  if (raised) {
    (void)sampler::Ready();
    WriteEvidence(report, judgement.baseline_mg, lasted);
  }
  Line& line = EmptyLine();
  Append(report, &line);
  PutLine();
}

}  // namespace thrum
