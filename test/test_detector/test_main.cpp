// The decision: smoothing, votes at the threshold, dead band, hold, faults.

#include "../unity_main.h"
#include "thrum/detector.h"

using namespace thrum;

namespace {

//                              mean raise clear k  n  hold
const DetectorConfig kConfig = {4, 128, 102, 3, 5, 10};

void Feed(Detector* detector, int windows, uint8_t score) {
  for (int i = 0; i < windows; ++i) {
    (void)detector->Update(score);
  }
}

void ExpectState(State expected, const Detector& detector) {
  TEST_ASSERT_EQUAL_UINT8(static_cast<uint8_t>(expected), static_cast<uint8_t>(detector.state()));
}

void StartsLearning() {
  Detector detector(kConfig);
  ExpectState(State::kLearning, detector);
  TEST_ASSERT_EQUAL_UINT8(0, detector.MeanScore());
}

void JudgesNothingBeforeTheMeanIsFull() {
  Detector detector(kConfig);
  Feed(&detector, 3, 255);
  ExpectState(State::kOk, detector);
  TEST_ASSERT_EQUAL_UINT8(255, detector.MeanScore());
}

void RaisesWithTheKthVote() {
  Detector detector(kConfig);
  Feed(&detector, 4 + 1, 255);
  ExpectState(State::kOk, detector);
  Feed(&detector, 1, 255);
  ExpectState(State::kAlarm, detector);
}

void VotesExactlyAtTheThreshold() {
  Detector below(kConfig);
  Feed(&below, 100, 127);
  ExpectState(State::kOk, below);
  Detector at(kConfig);
  Feed(&at, 100, 128);
  ExpectState(State::kAlarm, at);
}

void OneLoudWindowIsNoAlarm() {
  Detector detector(kConfig);
  Feed(&detector, 20, 0);
  Feed(&detector, 1, 255);
  Feed(&detector, 20, 0);
  ExpectState(State::kOk, detector);
}

void DeadBandKeepsTheAlarm() {
  Detector detector(kConfig);
  Feed(&detector, 10, 200);
  Feed(&detector, 200, 110);  // below raise, above clear
  ExpectState(State::kAlarm, detector);
  Feed(&detector, 10, 90);
  ExpectState(State::kOk, detector);
}

void HoldsTheAlarm() {
  Detector detector(kConfig);
  Feed(&detector, 6, 255);
  ExpectState(State::kAlarm, detector);
  Feed(&detector, 9, 0);
  ExpectState(State::kAlarm, detector);
  Feed(&detector, 1, 0);
  ExpectState(State::kOk, detector);
}

void AFaultIsNeverHealthyAndForgetsTheHistory() {
  Detector detector(kConfig);
  Feed(&detector, 5, 255);
  (void)detector.Fail();
  ExpectState(State::kFault, detector);
  TEST_ASSERT_EQUAL_UINT8(0, detector.MeanScore());
  Feed(&detector, 5, 255);
  ExpectState(State::kOk, detector);
  Feed(&detector, 1, 255);
  ExpectState(State::kAlarm, detector);
}

void TheMeanFollowsTheRing() {
  Detector detector(kConfig);
  for (uint16_t i = 0; i < 1000; ++i) {
    (void)detector.Update(static_cast<uint8_t>(i));
  }
  // 996 to 999 are 228 to 231 in eight bits; their mean is 229.5
  TEST_ASSERT_EQUAL_UINT8(230, detector.MeanScore());
}

void SensorChecks() {
  TEST_ASSERT_TRUE(CheckSensor({0, 1, 0, 0}, 256) == Fault::kNone);
  TEST_ASSERT_TRUE(CheckSensor({123, 0, 0, 0}, 256) == Fault::kStuck);
  TEST_ASSERT_TRUE(CheckSensor({0, 32767, 9999, 16}, 256) == Fault::kNone);
  TEST_ASSERT_TRUE(CheckSensor({0, 32767, 9999, 17}, 256) == Fault::kSaturated);
  TEST_ASSERT_TRUE(CheckSensor({32767, 0, 0, 256}, 256) == Fault::kSaturated);
}

}  // namespace

void setUp() {}
void tearDown() {}

void RunTests() {
  RUN_TEST(StartsLearning);
  RUN_TEST(JudgesNothingBeforeTheMeanIsFull);
  RUN_TEST(RaisesWithTheKthVote);
  RUN_TEST(VotesExactlyAtTheThreshold);
  RUN_TEST(OneLoudWindowIsNoAlarm);
  RUN_TEST(DeadBandKeepsTheAlarm);
  RUN_TEST(HoldsTheAlarm);
  RUN_TEST(AFaultIsNeverHealthyAndForgetsTheHistory);
  RUN_TEST(TheMeanFollowsTheRing);
  RUN_TEST(SensorChecks);
}
