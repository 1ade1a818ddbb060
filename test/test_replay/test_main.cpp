// 10,000 windows of a machine that runs up, changes speed, stops, breaks and is learned again: every
// integer of baseline, deviation, cross-check score and state on every target. The stream and its
// hashes are made again in Python by test/python/test_operation.py, which keeps the numbers below.

#include "../unity_main.h"
#include "thrum/detector.h"
#include "thrum/operation.h"
#include "thrum/telemetry.h"

using namespace thrum;

namespace {

constexpr uint16_t kWindows = 10000;
constexpr uint32_t kHashOfOneState = UINT32_C(0x0c3fb01e);
constexpr uint32_t kHashOfThreeStates = UINT32_C(0x1962e6e1);

constexpr uint8_t kBands = 32;
const DetectorConfig kDetector = {128, 102, 8, 12, 32};

uint32_t noise;
uint32_t hash;

uint8_t Random() {
  noise = noise * UINT32_C(1664525) + UINT32_C(1013904223);
  return static_cast<uint8_t>(noise >> 24);
}

void Add(uint8_t byte) { hash = (hash ^ byte) * UINT32_C(16777619); }

void Add16(uint16_t value) {
  Add(static_cast<uint8_t>(value));
  Add(static_cast<uint8_t>(value >> 8));
}

// What the machine does for 125 windows: most of the time it runs.
struct Segment {
  int16_t level;  // Q8, of all bands
  int16_t fault;  // Q8, of eight bands
};

Segment Draw(uint16_t window) {
  const uint8_t kind = Random() >> 4;
  const bool learns = window % 5000 < 500;
  const bool runs = learns || kind < 8;
  return {static_cast<int16_t>(learns && window % 5000 < 125 ? 700
                               : runs                        ? 0
                               : kind < 10                   ? -1600
                               : kind < 12                   ? 500
                               : kind < 14                   ? -450
                                                             : 0),
          static_cast<int16_t>(!runs && kind >= 12 ? 700 : 0)};
}

void Draw(const Segment& segment, uint16_t* log_bands) {
  for (uint8_t b = 0; b < kBands; ++b) {
    const int16_t base = static_cast<int16_t>(3000 + 211 * (b * 7 % kBands) + segment.level);
    const int16_t moved = static_cast<int16_t>(b / 8 == 2 ? segment.fault : 0);
    log_bands[b] = static_cast<uint16_t>(base + moved + Random() + Random());
  }
}

State Decide(Running running, const uint8_t* z, Detector* detector) {
  if (running == Running::kAtRest) {
    return detector->Rest();
  }
  if (running == Running::kLearning) {
    detector->Reset();
    return detector->state();
  }
  if (running == Running::kGathering) {
    return detector->Wait();
  }
  const uint16_t score = static_cast<uint16_t>(RmsDeviation(z, kBands) * 2);
  Add16(score);
  return detector->Update(static_cast<uint8_t>(score < 255 ? score : 255));
}

void AddBaseline(const Operation& operation) {
  const BaselineData& data = operation.baseline().data();
  Add16(operation.baseline().rms());
  for (uint8_t b = 0; b < kBands; ++b) {
    Add16(data.mean[b]);
    Add16(data.spread[b]);
  }
}

// Averages of four windows: with a stride of 5 they are learned, with less single windows are.
uint32_t Replay(uint8_t states, uint16_t stride) {
  const BaselineConfig baseline = {128, 64, kBands, stride < 4 ? kOfWindows : kOfAverages,
                                   static_cast<uint16_t>(stride < 4 ? 0 : 256)};
  const OperationConfig config = {stride, 1024, 384, states, 2, 2};
  Operation operation(baseline, config);
  Detector detector(kDetector);
  uint8_t z[kBands];
  uint16_t log_bands[kBands];
  uint16_t averages[kBands];
  operation.Reset();
  noise = 1;
  hash = UINT32_C(2166136261);
  Segment segment = {};
  for (uint16_t window = 0; window < kWindows; ++window) {
    if (window == kWindows / 2) {
      operation.Reset();
    }
    if (window % 125 == 0) {
      segment = Draw(window);
    }
    Draw(segment, log_bands);
    if (window % 997 == 996) {
      operation.Interrupt();
      Add(static_cast<uint8_t>(detector.Fail()));
      continue;
    }
    const uint16_t rms = static_cast<uint16_t>(noise >> 20);
    const Running running = operation.Take(log_bands, rms, averages, z);
    Add(static_cast<uint8_t>(Decide(running, z, &detector)));
    for (uint8_t b = 0; running == Running::kJudged && b < kBands; ++b) {
      Add(z[b]);
    }
    Add(operation.present());
    Add16(operation.baseline().learned());
    Add(detector.score());
    if (operation.completed()) {
      AddBaseline(operation);
    }
  }
  return hash;
}

void OneState() { TEST_ASSERT_EQUAL_HEX32(kHashOfOneState, Replay(1, 5)); }

void ThreeStates() {
  if (kMostStates < 3) {
    TEST_IGNORE_MESSAGE("no room for three baselines");
  }
  TEST_ASSERT_EQUAL_HEX32(kHashOfThreeStates, Replay(3, 1));
}

}  // namespace

void setUp() {}
void tearDown() {}

void RunTests() {
  RUN_TEST(OneState);
  RUN_TEST(ThreeStates);
}
