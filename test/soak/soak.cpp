// The firmware's judgement over a month of windows, as fast as it runs:
//   soak WINDOWS
// This is src/pipeline.cpp with engine, operation and detector as the firmware has them. Only what
// measures a window is replaced: its log bands, RMS and what the sensor check sees are machine.h's.
// In every episode the machine is learned anew or not, rests, breaks and is repaired, and the sensor
// sticks, saturates and loses samples. Ends with an error when a state is not what it must be, an
// average drifts, or the baseline or the memory changes.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "machine.h"
#include "model_params.h"
#include "pipeline.h"

using namespace thrum;
using namespace thrum::soak;

namespace {

constexpr uint32_t kLosesSamples = 9973;  // one window of so many
constexpr uint32_t kFirst = 1u << model::kOperation.log2_first;
constexpr uint32_t kAverage = 1u << model::kOperation.log2_windows;
// Q8; of the averages' rounding, which is random: some steps of a quarter.
constexpr int kRounding = 6;
// Windows until the averages have forgotten a change and votes and hold have told it.
constexpr uint32_t kSettles = 8 * kAverage + model::kDetector.n + model::kDetector.hold_windows;

constexpr uint32_t kLearnsAgain = 180000;  // in every eighth episode

struct Now {
  Does does = Does::kRuns;
  uint32_t since = 0;            // windows that it has been doing so without a fault
  uint32_t clipped = 0;          // windows at the sensor's limit in a row
  uint32_t gathered = kAverage;  // windows in a row that averages take; learning was enough
};

void Check(bool ok, const char* what, uint32_t window) {
  if (!ok) {
    printf("window %u: %s\n", window, what);
    exit(1);
  }
}

// The averages that Smoothing keeps in 16 bits are those of its rule in floating point, once both
// have forgotten their beginnings.
class RecentWindows {
 public:
  void Take() {
    for (uint8_t b = 0; b < model::kBands; ++b) {
      average_[b] += (row[b] - average_[b]) / kAverage;
    }
    ++taken_;
  }
  void Interrupt() { taken_ = 0; }
  bool Forgot() const { return taken_ > 16 * kAverage; }
  bool Near(const uint16_t* averages) const {
    for (uint8_t b = 0; b < model::kBands; ++b) {
      if (averages[b] > average_[b] + kRounding || averages[b] < average_[b] - kRounding) {
        return false;
      }
    }
    return true;
  }

 private:
  double average_[model::kBands] = {};
  uint32_t taken_ = 0;
};

long Kilobytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

struct Counts {
  uint32_t alarms;
  uint32_t false_alarms;
  uint32_t alarm_windows;
  uint32_t faults;
  uint32_t rests;
  uint32_t learned;  // baselines
  uint32_t compared;
};

// Fails unless a window that has been measured gives the state that it must.
void Expect(const Now& now, bool fault, const pipeline::Judgement& judged, uint32_t w) {
  const State state = judged.state;
  if (fault) {
    const State wanted =
        now.clipped * kStrainOfClipped >= kStrained ? State::kAlarm : State::kFault;
    Check(state == wanted, "a fault is a fault, unless it strains the sensor", w);
    return;
  }
  Check(state != State::kFault, "nothing but a fault is a fault", w);
  Check((state == State::kIdle) == (now.does == Does::kRests), "rest is rest and nothing else", w);
  Check(state != State::kLearning, "it learns unasked", w);
  Check(state == State::kIdle || judged.judged == (state != State::kGathering),
        "ok without a verdict", w);
  Check(state == State::kIdle || judged.judged == (now.gathered >= kFirst),
        "what it judges is an average of too few", w);
  if (now.does == Does::kIsBroken && now.since > kSettles) {
    Check(state == State::kAlarm, "the broken machine raises no alarm", w);
  }
  if (now.does == Does::kRuns && now.since > kSettles) {
    Check(state == State::kOk, "the healthy machine is not healthy", w);
  }
}

const pipeline::Judgement& Judge(Does does, bool loses) {
  DrawWindow(does);
  pipeline::AddAxis(loses ? Fault::kSamplesLost : Fault::kNone);
  return pipeline::Judge(pipeline::Measure(), true);
}

BaselineData Learn(uint32_t w) {
  Check(pipeline::Learn(model::kBaseline.windows, 1), "the configuration is refused", w);
  const uint32_t windows = uint32_t{model::kBaseline.windows} * model::kOperation.stride;
  for (uint32_t n = 0; n < windows; ++n) {
    const pipeline::Judgement& judged = Judge(Does::kRuns, false);
    Check(judged.state == State::kLearning, "judged too early", w);
    Check(judged.completed == (n + 1 == windows), "learned too early or late", w);
  }
  return pipeline::Machine().data(0);
}

void Follow(Does does, bool fault, Now* now) {
  now->gathered += !fault && does != Does::kRests;
  now->clipped = does == Does::kSaturates ? now->clipped + 1 : 0;
  now->since = fault || does != now->does ? 0 : now->since + 1;
  now->does = fault ? now->does : does;
}

void Count(const pipeline::Judgement& judged, Does does, Counts* counts) {
  const bool raised =
      judged.state == State::kAlarm && judged.before != State::kAlarm && pipeline::Lasted() != 0;
  counts->alarms += raised;
  counts->false_alarms += raised && does != Does::kIsBroken;
  counts->alarm_windows += judged.state == State::kAlarm;
  counts->faults += judged.state == State::kFault;
  counts->rests += judged.state == State::kIdle;
}

void Run(uint32_t windows, Counts* counts) {
  BaselineData learned = Learn(0);
  ++counts->learned;
  RecentWindows recent;
  Now now;
  for (uint32_t w = 0; w < windows; ++w) {
    if (w % kEpisode == kLearnsAgain && w / kEpisode % 8 == 7) {
      learned = Learn(w);
      ++counts->learned;
      recent.Interrupt();
      now = {};
    }
    const Does does = Doing(w);
    const bool loses = w % kLosesSamples == kLosesSamples - 1;
    const bool fault = loses || IsFault(does);
    Follow(does, fault, &now);
    const pipeline::Judgement& judged = Judge(does, loses);
    Expect(now, fault, judged, w);
    Count(judged, does, counts);
    if (pipeline::Anew()) {
      recent.Interrupt();
      now.gathered = 0;
    } else if (!fault && does != Does::kRests) {
      recent.Take();
    }
    if (w % 1024 == 1023 && recent.Forgot() && judged.judged) {
      Check(recent.Near(judged.averages), "an average has drifted", w);
      Check(memcmp(&learned, &pipeline::Machine().data(0), sizeof(learned)) == 0,
            "the baseline has changed", w);
      ++counts->compared;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const uint32_t windows = argc > 1 ? static_cast<uint32_t>(strtoul(argv[1], nullptr, 10)) : 0;
  DrawNoise();
  Check(pipeline::Begin(model::kRateHz) == Status::kOk, "the engine does not begin", 0);
  const long memory = Kilobytes();
  Counts counts = {};
  Run(windows, &counts);
  Check(Kilobytes() - memory <= 256, "memory grows", windows);
  printf(
      "windows:%u alarms:%u false:%u alarm_windows:%u faults:%u rests:%u learned:%u compared:%u\n",
      windows, counts.alarms, counts.false_alarms, counts.alarm_windows, counts.faults,
      counts.rests, counts.learned, counts.compared);
  return 0;
}
