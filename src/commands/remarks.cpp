#include "commands/remarks.h"

#include "console/output.h"
#include "model_params.h"
#include "settings.h"
#include "thrum/core/code_size.h"
#include "thrum/core/progmem.h"
#include "thrum/protocol/telemetry.h"

namespace thrum {
namespace {

uint16_t flicker;  // of faults: kFlicker for each that begins, one less with every window
bool flickers;     // as last told
uint8_t eased;     // of Baseline::Eased, as last seen

bool quiet;        // as last told
uint16_t rested;   // kRestStep windows at rest in a row
uint16_t longest;  // rest that ended, in the same unit

constexpr uint16_t kRestStep = 256;
constexpr uint16_t kFlicker = 64;
constexpr uint16_t kFlickers = 4 * kFlicker;

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
THRUM_OUT_OF_LINE void WriteRest(State now, uint32_t window_count) {
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

}  // namespace

void WriteRemarks(const pipeline::Judgement& judgement, uint32_t window_count, bool raised) {
  WriteFlicker(judgement);
  WriteRest(judgement.state, window_count);
  WriteEased(raised);
}

}  // namespace thrum
