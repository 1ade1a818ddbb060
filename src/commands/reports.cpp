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
uint16_t learned;  // with all that follows, as last told
uint8_t state;     // operating state, as last told
uint8_t restarts;  // as last told
bool strained;     // as last told
uint16_t flicker;  // of faults: kFlicker for each that begins, one less with every window
bool flickers;     // as last told
uint8_t eased;     // of Baseline::Eased, as last seen

bool quiet;        // as last told
uint16_t rested;   // kRestStep windows at rest in a row
uint16_t longest;  // rest that ended, in the same unit

constexpr uint16_t kRestStep = 256;
constexpr uint16_t kFlicker = 64;
constexpr uint16_t kFlickers = 4 * kFlicker;

// raised, strains: the alarm, by votes or by the sensor's limit, begins with this window.
void WriteChange(const pipeline::Judgement& judgement, bool raised, bool strains) {
  if ((raised || strains) && judgement.before != State::kAlarm) {
    alarm_since = window_count;
  }
  Line& line = EmptyLine();
  line.Form(THRUM_TEXT("# % at window %")).Text(Name(judgement.state)).Number(window_count);
  if (judgement.state == State::kFault) {
    line.Text(THRUM_TEXT(": ")).Text(Name(judgement.fault));
  } else if (strains) {
    line.Text(
        THRUM_TEXT(": the sensor is at its limit again and again: "
                   "too small a range, or the machine hits something"));
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

// A fault that comes and goes, more often than every kFlicker-th window, is told once, until it has
// stayed away: between such faults the state is that of a sound sensor.
THRUM_OUT_OF_LINE void WriteFlicker(const pipeline::Judgement& judgement) {
  if (flicker != 0) {
    --flicker;
  } else {
    flickers = false;
  }
  if (judgement.fault == Fault::kNone || judgement.before == State::kFault) {
    return;
  }
  flicker = static_cast<uint16_t>(flicker + kFlicker);
  if (flicker < kFlickers) {
    return;
  }
  flicker = kFlickers;
  if (!flickers) {
    flickers = true;
    EmptyLine().Text(THRUM_TEXT("# the fault comes and goes: look at sensor, cable and supply"));
    PutLine();
  }
}

// A machine that is quiet without standing still, and one that stands still for longer than ever: twice
// the longest rest before, and an hour at least.
THRUM_OUT_OF_LINE void WriteRest(State now) {
  if (pipeline::Machine().Quiet() != quiet) {
    quiet = !quiet;
    if (quiet) {
      EmptyLine().Text(THRUM_TEXT("# quieter than ever, but not silent: judged as running"));
      PutLine();
    }
  }
  if (now != State::kIdle) {
    const bool ended = now != State::kFault;
    longest = ended && rested > longest ? rested : longest;
    rested = ended ? uint16_t{0} : rested;
    return;
  }
  const uint32_t hour = settings::RateHz() * 3600 / model::kHop / kRestStep;
  const uint32_t usual = longest > hour ? longest : hour;
  if (window_count % kRestStep != 0 || rested == UINT16_MAX) {
    return;
  }
  if (++rested == 2 * usual) {
    Line& line = EmptyLine();
    line.Text(THRUM_TEXT("# idle for longer than ever:"));
    AppendDuration(rested * uint32_t{kRestStep}, model::kHop, settings::RateHz(), &line);
    line.Text(THRUM_TEXT(", is the sensor still on the machine?"));
    PutLine();
  }
}

// How much of what the trial may widen is used up: with an alarm, and when the bound is reached.
THRUM_OUT_OF_LINE void WriteEased(bool raised) {
  const uint8_t most = pipeline::Machine().baseline().Eased();
  const uint8_t bound = pipeline::Machine().MostEased();
  const bool reached = most == bound && eased != bound;
  eased = most;
  if (most == 0 || !(raised || reached)) {
    return;
  }
  Line& line = EmptyLine();
  line.Form(THRUM_TEXT("# the trial has eased a band % of % times")).Number(most).Number(bound);
  if (most == bound) {
    line.Text(THRUM_TEXT(": it may not go further, what grows raises the alarm"));
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
  const bool strains = pipeline::Strained() && !strained;
  if (changed || raised || strains) {
    WriteChange(judgement, raised, strains);
  }
  strained = pipeline::Strained();
  WriteFlicker(judgement);
  WriteRest(judgement.state);
  WriteEased(raised);
  if (raised && pipeline::Machine().Missing()) {
    EmptyLine().Text(THRUM_TEXT("# another operating state, not a fault? state learns it"));
    PutLine();
  }
  if (raised && pipeline::Machine().Sudden()) {
    EmptyLine().Text(THRUM_TEXT("# fast path: much louder at once, without waiting for votes"));
    PutLine();
  }
  if (raised) {
    // Lets the sampler collect: two long lines take longer than its buffer lasts.
    (void)sampler::Ready();
    WriteEvidence(report, judgement.baseline_mg, lasted);
  }
  Line& line = EmptyLine();
  Append(report, &line);
  PutLine();
}

}  // namespace thrum
