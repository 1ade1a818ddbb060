// From frames to windows: overlap, lost frames, silence, and whether a rate is the one asked for.

#include "../../src/samplers/imu/collector.cpp"
#include "../expect_status.h"
#include "../unity_main.h"
#include "model_params.h"

using namespace thrum;
using namespace thrum::imu;

namespace {

Drained Frames(uint8_t count, int16_t first, bool overrun = false) {
  Drained drained = {};
  drained.count = count;
  drained.overrun = overrun;
  for (uint8_t i = 0; i < count; ++i) {
    for (uint8_t axis = 0; axis < kAxes; ++axis) {
      drained.frames[i].axis[axis] = static_cast<int16_t>(first + i + 1000 * axis);
    }
  }
  return drained;
}

void CutsWindowsWithoutLosingAFrame() {
  static Collector collector;
  uint32_t now = UINT32_MAX - 5000;  // the clock wraps
  collector.Begin(1000, now);
  int16_t next = 0;
  for (int window = 0; window < 20; ++window) {
    while (!collector.Ready()) {
      const uint8_t count = static_cast<uint8_t>(1 + (next * 7) % kMaxFrames);
      now += count * 1000u;
      ExpectStatus(Status::kOk, collector.Add(Frames(count, next), now));
      next = static_cast<int16_t>(next + count);
    }
    int16_t samples[model::kWindow];
    for (uint8_t axis = 0; axis < kAxes; ++axis) {
      TEST_ASSERT_TRUE(collector.Copy(axis, samples));
      for (int i = 0; i < model::kWindow; ++i) {
        TEST_ASSERT_EQUAL_INT16(window * model::kHop + i + 1000 * axis, samples[i]);
      }
    }
    collector.Advance();
  }
  TEST_ASSERT_EQUAL(0, collector.lost());
}

void CountsLostFramesAndMarksTheWindow() {
  static Collector collector;
  collector.Begin(1000, 0);
  int16_t samples[model::kWindow];
  uint32_t now = 0;
  while (!collector.Ready()) {
    const bool overrun = now == 16000;
    now += overrun ? 100000 : 16000;  // 84 frames went by unread
    ExpectStatus(Status::kOk, collector.Add(Frames(16, 0, overrun), now));
  }
  TEST_ASSERT_EQUAL(84, collector.lost());
  TEST_ASSERT_FALSE(collector.Copy(0, samples));
  collector.Advance();
  while (!collector.Ready()) {
    now += 16000;
    ExpectStatus(Status::kOk, collector.Add(Frames(16, 0), now));
  }
  TEST_ASSERT_TRUE(collector.Copy(0, samples));
}

// While a window is being sent, the frames of the next one wait behind it, each with its gaps.
void KeepsTheNextWindowWithItsGaps() {
  static Collector collector;
  collector.Begin(1000, 0);
  int16_t samples[model::kWindow];
  uint32_t now = 0;
  int16_t next = 0;
  while (collector.HasRoom()) {
    const bool gap = next == 160 || next == model::kWindow + 32;
    now += gap ? 17000 : 16000;
    ExpectStatus(Status::kOk, collector.Add(Frames(16, next, gap), now));
    next = static_cast<int16_t>(next + 16);
  }
  TEST_ASSERT_GREATER_OR_EQUAL(model::kWindow + model::kHop, next);
  for (int window = 0; window < 2; ++window) {
    TEST_ASSERT_TRUE(collector.Ready());
    TEST_ASSERT_FALSE(collector.Copy(0, samples));
    TEST_ASSERT_EQUAL_INT16(window * model::kHop, samples[0]);
    TEST_ASSERT_EQUAL_INT16(window * model::kHop + model::kWindow - 1, samples[model::kWindow - 1]);
    collector.Advance();
  }
  while (!collector.Ready()) {
    ExpectStatus(Status::kOk, collector.Add(Frames(16, next), now += 16000));
  }
  TEST_ASSERT_TRUE(collector.Copy(0, samples));
  TEST_ASSERT_EQUAL(2, collector.lost());
}

void BelievesAFifoThatKnowsWhatItLost() {
  static Collector collector;
  collector.Begin(1000, 0);
  Drained drained = Frames(16, 0, true);
  drained.lost = 3;
  ExpectStatus(Status::kOk, collector.Add(drained, 16000));
  TEST_ASSERT_EQUAL(3, collector.lost());
}

void NoticesSilence() {
  static Collector collector;
  collector.Begin(1000, 0);
  ExpectStatus(Status::kOk, collector.Add(Frames(0, 0), 100000));
  ExpectStatus(Status::kSensorSilent, collector.Add(Frames(0, 0), 100001));
  ExpectStatus(Status::kOk, collector.Add(Frames(1, 0), 100002));
  ExpectStatus(Status::kOk, collector.Add(Frames(0, 0), 200000));
}

void ComparesRates() {
  TEST_ASSERT_EQUAL(952, MeasuredRate(238, 250000));
  TEST_ASSERT_EQUAL(0, MeasuredRate(1, 0));
  TEST_ASSERT_TRUE(IsRate(3200, 3200));
  TEST_ASSERT_TRUE(IsRate(3400, 3200));
  TEST_ASSERT_TRUE(IsRate(3000, 3200));
  TEST_ASSERT_FALSE(IsRate(3401, 3200));
  TEST_ASSERT_FALSE(IsRate(250, 800));  // what a BMI270 in power-save delivers
}

}  // namespace

void setUp() {}
void tearDown() {}

void RunTests() {
  RUN_TEST(CutsWindowsWithoutLosingAFrame);
  RUN_TEST(CountsLostFramesAndMarksTheWindow);
  RUN_TEST(KeepsTheNextWindowWithItsGaps);
  RUN_TEST(BelievesAFifoThatKnowsWhatItLost);
  RUN_TEST(NoticesSilence);
  RUN_TEST(ComparesRates);
}
