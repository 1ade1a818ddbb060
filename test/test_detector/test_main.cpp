// The decision: votes at the threshold, dead band, hold, faults.

#include "../unity_main.h"
#include "thrum/detection/detector.h"

using namespace thrum;

namespace {

//                              raise clear k  n  hold
const DetectorConfig kConfig = {128, 102, 3, 5, 10};

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
  TEST_ASSERT_EQUAL_UINT8(0, detector.score());
}

void AWindowWithoutAVerdictIsNotOkAndDoesNotVote() {
  Detector detector(kConfig);
  for (int i = 0; i < 100; ++i) {
    (void)detector.Wait();
    ExpectState(State::kGathering, detector);
  }
  Feed(&detector, 2, 255);
  ExpectState(State::kOk, detector);
  (void)detector.Wait();
  TEST_ASSERT_EQUAL_UINT8(0, detector.score());
  ExpectState(State::kGathering, detector);
  Feed(&detector, 1, 255);
  ExpectState(State::kAlarm, detector);
}

void RaisesWithTheKthVote() {
  Detector detector(kConfig);
  Feed(&detector, 2, 255);
  ExpectState(State::kOk, detector);
  Feed(&detector, 1, 255);
  ExpectState(State::kAlarm, detector);
}

void SaysHowLongTheChangeHadLasted() {
  Detector detector(kConfig);
  TEST_ASSERT_EQUAL_UINT8(0, detector.Lasted());
  Feed(&detector, 20, 0);
  TEST_ASSERT_EQUAL_UINT8(0, detector.Lasted());
  Feed(&detector, 1, 255);
  Feed(&detector, 2, 0);
  Feed(&detector, 2, 255);
  ExpectState(State::kAlarm, detector);
  TEST_ASSERT_EQUAL_UINT8(5, detector.Lasted());  // from the first vote to the third
  Feed(&detector, 1, 255);
  TEST_ASSERT_EQUAL_UINT8(0, detector.Lasted());  // it is told in the window of the change
  Feed(&detector, 3, 0);
  Feed(&detector, 7, 255);
  ExpectState(State::kAlarm, detector);
  Feed(&detector, 3, 0);
  ExpectState(State::kOk, detector);
  TEST_ASSERT_EQUAL_UINT8(3, detector.Lasted());
}

void WhatDropsOutOfTheVotesDoesNotLast() {
  Detector detector(kConfig);
  Feed(&detector, 1, 255);
  Feed(&detector, 4, 0);
  Feed(&detector, 3, 255);
  ExpectState(State::kAlarm, detector);
  TEST_ASSERT_EQUAL_UINT8(3, detector.Lasted());
  const DetectorConfig longest = {128, 102, 32, 32, 10};
  Detector slow(longest);
  Feed(&slow, 32, 255);
  ExpectState(State::kAlarm, slow);
  TEST_ASSERT_EQUAL_UINT8(32, slow.Lasted());
}

void AnAlarmThatOutlivedAFaultIsNotRaisedAgain() {
  Detector detector(kConfig);
  Feed(&detector, 3, 255);
  (void)detector.Fail(Fault::kStuck);
  TEST_ASSERT_EQUAL_UINT8(0, detector.Lasted());
  (void)detector.Wait();
  ExpectState(State::kAlarm, detector);
  TEST_ASSERT_EQUAL_UINT8(0, detector.Lasted());
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
  Feed(&detector, 3, 255);
  ExpectState(State::kAlarm, detector);
  Feed(&detector, 9, 0);
  ExpectState(State::kAlarm, detector);
  Feed(&detector, 1, 0);
  ExpectState(State::kOk, detector);
}

void AFaultIsNeverHealthyAndIsAMissingVote() {
  Detector detector(kConfig);
  Feed(&detector, 2, 255);
  (void)detector.Fail(Fault::kStuck);
  ExpectState(State::kFault, detector);
  TEST_ASSERT_EQUAL_UINT8(0, detector.score());
  TEST_ASSERT_EQUAL_UINT8(2, detector.Votes());
  Feed(&detector, 1, 255);
  ExpectState(State::kAlarm, detector);
}

void Fail(Detector* detector, int windows) {
  for (int i = 0; i < windows; ++i) {
    (void)detector->Fail(Fault::kStuck);
    ExpectState(State::kFault, *detector);
  }
}

// However often the sensor fails beside it, a machine that is anomalous raises the alarm.
void FaultsBesideABrokenMachineDoNotSilenceIt() {
  const DetectorConfig slow = {128, 102, 32, 32, 10};
  const int kGood[] = {1, 2, 15, 19, 39};
  for (const int good : kGood) {
    Detector detector(slow);
    int windows = 0;
    while (detector.state() != State::kAlarm && windows < 40) {
      Feed(&detector, 1, 255);
      if (++windows % good == 0 && detector.state() != State::kAlarm) {
        Fail(&detector, 1);
      }
    }
    TEST_ASSERT_EQUAL_INT(32, windows);
  }
}

void AnAlarmOutlivesAShortFault() {
  Detector detector(kConfig);
  Feed(&detector, 3, 255);
  Fail(&detector, kConfig.n - 1);
  (void)detector.Wait();
  ExpectState(State::kAlarm, detector);
  Fail(&detector, kConfig.n - 1);
  Feed(&detector, 1, 0);
  ExpectState(State::kAlarm, detector);
  Feed(&detector, 20, 0);
  ExpectState(State::kOk, detector);
}

void ALongFaultEndsAnAlarm() {
  Detector detector(kConfig);
  Feed(&detector, 3, 255);
  Fail(&detector, kConfig.n);
  Feed(&detector, 2, 255);
  ExpectState(State::kOk, detector);
  Fail(&detector, kLongFault - 1);  // but no votes for the next one
  TEST_ASSERT_FALSE(detector.Anew());
  Feed(&detector, 1, 255);
  ExpectState(State::kAlarm, detector);
}

void AVeryLongFaultForgetsEverything() {
  Detector detector(kConfig);
  Feed(&detector, 2, 255);
  Fail(&detector, kLongFault);
  TEST_ASSERT_TRUE(detector.Anew());
  Fail(&detector, 1);
  TEST_ASSERT_FALSE(detector.Anew());
  Feed(&detector, 2, 255);
  ExpectState(State::kOk, detector);
}

// Windows until the alarm, where `clipped` of every `of` windows are at the limit; 0 for never.
int Strain(Detector* detector, int clipped, int of) {
  for (int window = 0; window < 4000; ++window) {
    const State state =
        window % of < clipped ? detector->Fail(Fault::kSaturated) : detector->Update(0);
    if (state == State::kAlarm) {
      return window + 1;
    }
  }
  return 0;
}

void ASensorAtItsLimitAgainAndAgainIsAnAlarm() {
  const struct {
    int clipped, of, windows;
  } kShares[] = {{1, 1, 30}, {9, 10, 34}, {1, 2, 69}, {1, 5, 291}, {1, 16, 0}};
  for (const auto& share : kShares) {
    Detector detector(kConfig);
    TEST_ASSERT_EQUAL_INT(share.windows, Strain(&detector, share.clipped, share.of));
  }
  Detector knocked(kConfig);
  TEST_ASSERT_EQUAL_INT(0, Strain(&knocked, 20, 4000));
}

void TheAlarmOfASensorAtItsLimitLastsWhileItIs() {
  Detector detector(kConfig);
  (void)Strain(&detector, 1, 2);
  TEST_ASSERT_TRUE(detector.Strained());
  TEST_ASSERT_EQUAL_UINT8(0, detector.Lasted());
  (void)detector.Fail(Fault::kSamplesLost);
  ExpectState(State::kFault, detector);
  (void)detector.Fail(Fault::kSaturated);
  ExpectState(State::kAlarm, detector);
  (void)detector.Learn();
  ExpectState(State::kAlarm, detector);
  Feed(&detector, kStrained - 2, 0);
  ExpectState(State::kAlarm, detector);
  Feed(&detector, 1, 0);
  ExpectState(State::kOk, detector);
}

void LearningAndRestEndAnAlarm() {
  Detector learning(kConfig);
  Feed(&learning, 3, 255);
  learning.Reset();
  Feed(&learning, 1, 255);
  ExpectState(State::kOk, learning);
  Detector resting(kConfig);
  Feed(&resting, 3, 255);
  (void)resting.Rest();
  ExpectState(State::kIdle, resting);
  Feed(&resting, 1, 255);
  ExpectState(State::kOk, resting);
}

void VotesForAnAlarmOutliveRest() {
  Detector detector(kConfig);
  for (int run = 0; run < 3; ++run) {
    ExpectState(run == 0 ? State::kLearning : State::kIdle, detector);
    Feed(&detector, 1, 255);
    ExpectState(run == 2 ? State::kAlarm : State::kOk, detector);
    (void)detector.Rest();
    TEST_ASSERT_EQUAL_UINT8(0, detector.score());
  }
  TEST_ASSERT_FALSE(detector.Raised());
  Feed(&detector, 2, 255);
  ExpectState(State::kOk, detector);
}

void WhatIsMuchLouderAtOnceDoesNotWaitForVotes() {
  Detector detector(kConfig);
  Feed(&detector, 20, 0);
  TEST_ASSERT_TRUE(detector.Update(0, true) == State::kAlarm);
  TEST_ASSERT_EQUAL_UINT8(kConfig.n < 8 ? kConfig.n : 8, detector.Lasted());
  for (int i = 0; i < 100; ++i) {
    TEST_ASSERT_TRUE(detector.Update(0, true) == State::kAlarm);
    TEST_ASSERT_EQUAL_UINT8(0, detector.Lasted());
  }
  Feed(&detector, kConfig.n, 0);
  ExpectState(State::kOk, detector);
}

void SensorChecks() {
  TEST_ASSERT_TRUE(CheckSensor({0, 2, 1, 0, 0}, 256) == Fault::kNone);
  TEST_ASSERT_TRUE(CheckSensor({0, 1, 0, 0, 0}, 256) == Fault::kNoise);
  TEST_ASSERT_TRUE(CheckSensor({123, 0, 0, 0, 0}, 256) == Fault::kStuck);
  TEST_ASSERT_TRUE(CheckSensor({0, 32767, 9999, 16, 0}, 256) == Fault::kNone);
  TEST_ASSERT_TRUE(CheckSensor({0, 32767, 9999, 17, 0}, 256) == Fault::kSaturated);
  TEST_ASSERT_TRUE(CheckSensor({32767, 0, 0, 256, 0}, 256) == Fault::kSaturated);
}

}  // namespace

void setUp() {}
void tearDown() {}

void RunTests() {
  RUN_TEST(StartsLearning);
  RUN_TEST(AWindowWithoutAVerdictIsNotOkAndDoesNotVote);
  RUN_TEST(RaisesWithTheKthVote);
  RUN_TEST(SaysHowLongTheChangeHadLasted);
  RUN_TEST(WhatDropsOutOfTheVotesDoesNotLast);
  RUN_TEST(AnAlarmThatOutlivedAFaultIsNotRaisedAgain);
  RUN_TEST(VotesExactlyAtTheThreshold);
  RUN_TEST(OneLoudWindowIsNoAlarm);
  RUN_TEST(DeadBandKeepsTheAlarm);
  RUN_TEST(HoldsTheAlarm);
  RUN_TEST(AFaultIsNeverHealthyAndIsAMissingVote);
  RUN_TEST(FaultsBesideABrokenMachineDoNotSilenceIt);
  RUN_TEST(AnAlarmOutlivesAShortFault);
  RUN_TEST(ALongFaultEndsAnAlarm);
  RUN_TEST(AVeryLongFaultForgetsEverything);
  RUN_TEST(ASensorAtItsLimitAgainAndAgainIsAnAlarm);
  RUN_TEST(TheAlarmOfASensorAtItsLimitLastsWhileItIs);
  RUN_TEST(LearningAndRestEndAnAlarm);
  RUN_TEST(VotesForAnAlarmOutliveRest);
  RUN_TEST(WhatIsMuchLouderAtOnceDoesNotWaitForVotes);
  RUN_TEST(SensorChecks);
}
