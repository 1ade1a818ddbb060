// The decision of the native firmware over a month of windows, as fast as it runs:
//   soak WINDOWS
// Log bands of a healthy machine go through Operation, engine and Detector. Every kEpisode windows the
// machine breaks for a while, longer than any counter lasts in one episode. Ends with an error when an
// accumulator drifts, a state is not what it must be, or anything but the counters has changed.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "model_aot.h"
#include "model_params.h"
#include "thrum/operation.h"
#include "thrum/telemetry.h"

using namespace thrum;

namespace {

constexpr uint32_t kEpisode = 200000;    // windows
constexpr uint32_t kBroken = 1000;       // of an episode
constexpr uint32_t kLongBroken = 70000;  // of the third: beyond the 65535 that the hold counts to
constexpr uint32_t kNoiseRows = 4099;

uint16_t noise[kNoiseRows][model::kBands];

void Check(bool ok, const char* what, uint32_t window) {
  if (!ok) {
    printf("window %u: %s\n", window, what);
    exit(1);
  }
}

uint32_t Next() {
  static uint32_t state = 2463534242u;
  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}

// The sum of four uniform values: half an octave of standard deviation.
void DrawNoise() {
  for (auto& row : noise) {
    for (uint16_t& value : row) {
      value = 0;
      for (int i = 0; i < 4; ++i) {
        value = static_cast<uint16_t>(value + Next() % 222);
      }
    }
  }
}

const uint16_t* Window(bool broken) {
  static uint16_t row[model::kBands];
  const uint16_t* random = noise[Next() % kNoiseRows];
  for (uint8_t b = 0; b < model::kBands; ++b) {
    row[b] = static_cast<uint16_t>(3000 + 100 * b + random[b] + (broken && b >= 20 ? 1300 : 0));
  }
  return row;
}

struct Machine {
  BaselineConfig baseline = model::kBaseline;
  OperationConfig states = model::kOperation;
  DetectorConfig decision = model::kDetector;
  Operation operation{baseline, states};
  Detector detector{decision};
  uint16_t averages[model::kBands] = {};

  State Take(const uint16_t* log_bands) {
    uint8_t z[model::kBands];
    const Running running = operation.Take(log_bands, 500, averages, z);
    if (running != Running::kJudged) {
      detector.Reset();
      return detector.state();
    }
    int8_t features[model::kBands];
    int8_t scores[model::kClasses];
    Rank(z, model::kBands, features);
    (void)aot::Engine::Run(features, scores);
    return detector.Update(static_cast<uint8_t>(scores[model::kAnomalousClass] + 128));
  }
};

// The averages that Smoothing keeps in 16 bits are those of its rule in floating point.
class RecentWindows {
 public:
  void Take(const uint16_t* log_bands) {
    for (uint8_t b = 0; b < model::kBands; ++b) {
      average_[b] += (log_bands[b] - average_[b]) / (1 << model::kOperation.log2_windows);
    }
  }
  bool Near(const uint16_t* averages) const {
    for (uint8_t b = 0; b < model::kBands; ++b) {
      if (averages[b] > average_[b] + 3 || averages[b] < average_[b] - 3) {
        return false;
      }
    }
    return true;
  }

 private:
  double average_[model::kBands] = {};
};

long Kilobytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

int main(int argc, char** argv) {
  const uint32_t windows = argc > 1 ? static_cast<uint32_t>(strtoul(argv[1], nullptr, 10)) : 0;
  static Machine machine;
  machine.operation.Reset();
  DrawNoise();
  for (uint32_t w = 0; w < machine.baseline.windows; ++w) {
    Check(machine.Take(Window(false)) == State::kLearning, "judged too early", w);
  }
  const BaselineData learned = machine.operation.data(0);
  const long memory = Kilobytes();
  RecentWindows recent;
  uint32_t alarms = 0;
  uint32_t false_alarms = 0;
  uint32_t alarm_windows = 0;
  for (uint32_t w = 0; w < windows; ++w) {
    const uint32_t at = w % kEpisode;
    const uint32_t lasts = w / kEpisode % 8 == 2 ? kLongBroken : kBroken;
    const bool broken = at >= kEpisode / 2 && at < kEpisode / 2 + lasts;
    const State before = machine.detector.state();
    const uint16_t* window = Window(broken);
    const State state = machine.Take(window);
    recent.Take(window);
    const bool raised = state == State::kAlarm && before != State::kAlarm;
    alarms += raised;
    false_alarms += raised && !broken;
    alarm_windows += state == State::kAlarm;
    if (broken && at > kEpisode / 2 + 100) {
      Check(state == State::kAlarm, "the broken machine raises no alarm", w);
    }
    if (at == kEpisode / 2 + lasts + 200) {
      Check(state == State::kOk, "the alarm does not end", w);
    }
    if (w % 1024 == 1023) {
      Check(recent.Near(machine.averages), "an average has drifted", w);
      Check(memcmp(&learned, &machine.operation.data(0), sizeof(learned)) == 0,
            "the baseline has changed", w);
    }
  }
  Check(Kilobytes() - memory <= 64, "memory grows", windows);
  printf("windows:%u alarms:%u false:%u alarm_windows:%u state_bytes:%zu\n", windows, alarms,
         false_alarms, alarm_windows, sizeof(machine));
  return 0;
}
