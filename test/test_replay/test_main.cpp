// 15,000 windows of a machine that runs up, changes speed, stops, breaks and is learned again,
// through baseline, averages, deviation, the released network, the released decision and the trial:
// every integer of them on every target. thrum/training/golden_machine.py draws the same windows; its hashes
// are in golden.h.

#include "../golden.h"
#include "../unity_main.h"
#include "model_aot.h"
#include "model_params.h"
#include "thrum/detection/detector.h"
#include "thrum/detection/operating_state.h"

using namespace thrum;

namespace {

constexpr uint16_t kPart = 5000;        // windows; then the machine is learned anew
constexpr uint8_t kRunUp = 8;           // windows at the start of a part that learns them
constexpr uint16_t kLosesSamples = 97;  // one window of so many
constexpr uint16_t kSaturates = 1000;   // windows, of every kSaturatesEvery
constexpr uint16_t kSaturatesEvery = 4000;
constexpr uint8_t kBands = model::kBands;
constexpr uint8_t kAverage = 1u << model::kOperation.log2_windows;
constexpr uint16_t kSegment = 2 * (kAverage + model::kDetector.n);

// First single windows are learned; then averages, which share none and which a trial follows; then
// single windows, after which the baseline grows by averages and is tried.
struct Part {
  uint8_t windows;
  uint8_t stride;
  uint8_t spread_per_deviation;
  uint8_t trial;
  uint8_t grow;
  uint8_t log2_first;
};
constexpr Part kParts[] = {{128, 1, kOfWindows, 0, 0, 4},
                           {16, kAverage + 1, kOfAverages, 16, 0, model::kOperation.log2_windows},
                           {64, 1, kOfWindows, 16, 16, 4}};
// As long as averages of twice as many windows take, in whole minutes.
constexpr uint16_t kRateHz = 3200;
constexpr uint16_t kHop = 256;
constexpr uint16_t kMinutes = (2 * kAverage * 16 + 749) / 750;

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

// What the machine does for kSegment windows: most of the time it runs.
struct Segment {
  int16_t level;  // Q8, of all bands
  int16_t fault;  // Q8, of eight bands
};

Segment Draw(bool learns) {
  const uint8_t kind = Random() >> 4;
  const bool runs = learns || kind < 8;
  return {static_cast<int16_t>(runs        ? 0
                               : kind < 10 ? -1600
                               : kind < 12 ? 500
                               : kind < 14 ? -450
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

// The machine in window `at` of a part.
void Draw(const Part& part, uint16_t at, uint16_t* log_bands) {
  static Segment segment;
  if (at % kSegment == 0) {
    segment = Draw(at < part.windows * part.stride + 2 * kSegment);
  }
  Draw(part.stride == 1 && at < kRunUp ? Segment{1600, segment.fault} : segment, log_bands);
}

State Judge(const uint8_t* z, Operation* operation, Detector* detector) {
  int8_t features[kBands];
  int8_t scores[model::kClasses];
  Rank(z, kBands, features);
  TEST_ASSERT_TRUE(aot::Engine::Run(features, scores) == Status::kOk);
  for (uint8_t b = 0; b < kBands; ++b) {
    Add(z[b]);
  }
  Add(static_cast<uint8_t>(scores[0]));
  Add(static_cast<uint8_t>(scores[1]));
  const uint8_t score = static_cast<uint8_t>(scores[model::kAnomalousClass] + 128);
  const State state = detector->Update(score, operation->Sudden());
  if (state == State::kOk && score >= model::kDetector.raise && detector->Votes() <= kEasedVotes) {
    operation->Ease(z, static_cast<uint8_t>(features[0] + 128));
  }
  return state;
}

State Decide(Running running, const uint8_t* z, Operation* operation, Detector* detector) {
  if (running == Running::kAtRest) {
    return detector->Rest();
  }
  if (running == Running::kLearning) {
    return detector->Learn();
  }
  return running == Running::kGathering ? detector->Wait() : Judge(z, operation, detector);
}

void AddBaseline(const Operation& operation) {
  const BaselineData& data = operation.baseline().data();
  Add16(operation.baseline().rms());
  for (uint8_t b = 0; b < kBands; ++b) {
    Add16(data.mean[b]);
    Add16(data.spread[b]);
  }
}

State Take(Fault fault, const uint16_t* log_bands, Operation* operation, Detector* detector) {
  if (fault != Fault::kNone) {
    return detector->Fail(fault);
  }
  uint8_t z[kBands];
  uint16_t averages[kBands];
  const uint16_t rms = static_cast<uint16_t>(noise >> 20);
  return Decide(operation->Take(log_bands, rms, averages, z), z, operation, detector);
}

// Now and then samples are lost, and at times every third window is at the sensor's limit.
Fault FaultOf(uint16_t window) {
  if (window % kSaturatesEvery >= kSaturatesEvery - kSaturates && window % 3 == 0) {
    return Fault::kSaturated;
  }
  return window % kLosesSamples == kLosesSamples - 1 ? Fault::kSamplesLost : Fault::kNone;
}

uint32_t Replay(uint8_t states) {
  BaselineConfig baseline = model::kBaseline;
  OperationConfig config = model::kOperation;
  baseline.min_spread = 64;
  config.idle_drop = 1024;
  config.state_step = 384;
  config.states = states;
  baseline.grown_spread = 64;
  config.apart = ApartFor(kMinutes, 16, config.log2_windows, kHop, kRateHz);
  config.log2_grown = CompleteLog2(config.log2_windows, config.apart, kRateHz);
  TEST_ASSERT_EQUAL_UINT8(config.log2_windows + 1, config.log2_grown);
  Operation operation(baseline, config);
  Detector detector(model::kDetector);
  noise = 1;
  hash = UINT32_C(2166136261);
  for (uint16_t window = 0; window < 3 * kPart; ++window) {
    const Part& part = kParts[window / kPart];
    if (window % kPart == 0) {
      baseline.windows = part.windows;
      baseline.spread_per_deviation = part.spread_per_deviation;
      baseline.trial = part.trial;
      baseline.grow = part.grow;
      config.stride = part.stride;
      config.log2_first = part.log2_first;
      operation.Reset();
    }
    (void)operation.Expect();
    uint16_t log_bands[kBands];
    Draw(part, window % kPart, log_bands);
    const Fault fault = FaultOf(window);
    const State state = Take(fault, log_bands, &operation, &detector);
    operation.Let(detector.Doubts() ? Growth::kDoubted : Growth::kFree);
    if (detector.Anew()) {
      operation.Interrupt();
    }
    Add(static_cast<uint8_t>(state));
    Add(detector.score());
    Add(operation.present());
    Add16(operation.baseline().learned());
    if (fault == Fault::kNone && operation.completed()) {
      AddBaseline(operation);
    }
  }
  return hash;
}

void OneState() { TEST_ASSERT_EQUAL_HEX32(golden::kMachine1, Replay(1)); }

void ThreeStates() {
  if (kMostStates < 3) {
    TEST_IGNORE_MESSAGE("no room for three baselines");
  }
  TEST_ASSERT_EQUAL_HEX32(golden::kMachine3, Replay(3));
}

}  // namespace

void setUp() {}
void tearDown() {}

void RunTests() {
  RUN_TEST(OneState);
  RUN_TEST(ThreeStates);
}
