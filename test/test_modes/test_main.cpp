// Who supplies the windows, and for how long: a host that has gone must not end the monitoring. The
// line and the time are played; what requests do besides is not looked at.

#include <string>

#include "../../src/commands/commands.cpp"
#include "../unity_main.h"

using namespace thrum;

namespace {

struct Host {
  std::string sent;
  size_t next = 0;
  int refused = 0;
  uint32_t now_ms = 0;
} host;

int16_t samples[model::kWindow];
pipeline::Judgement judgement;

Mode Hear(const char* text) {
  host.sent = text;
  host.next = 0;
  return ServeLine();
}

Mode After(uint32_t ms) {
  host.now_ms += ms;
  return ServeLine();
}

#define ASSERT_MODE(wanted, got) \
  TEST_ASSERT_EQUAL_UINT8(static_cast<uint8_t>(wanted), static_cast<uint8_t>(got))

}  // namespace

namespace thrum {

int16_t ReadByte() {
  return host.next < host.sent.size() ? static_cast<uint8_t>(host.sent[host.next++]) : -1;
}
uint16_t Milliseconds() { return static_cast<uint16_t>(host.now_ms); }
void RestartRawStream() {}

namespace answer {
void Error(LineError) { ++host.refused; }
void Identity() {}
void StatusOf(Mode) {}
void Severity() {}
void Number(const char*, uint16_t) {}
void Scores(const int8_t*) {}
void LogBands(const uint16_t*) {}
void Judged(const pipeline::Judgement&) {}
void PresentThresholds() {}
}  // namespace answer

namespace baseline_keeper {
void Stop() {}
void Forget() {}
}  // namespace baseline_keeper

namespace pipeline {
bool Learn(uint16_t, uint16_t) { return true; }
void AddAxis(Fault) {}
const uint16_t* Measure() { return nullptr; }
const Judgement& Judge(const uint16_t*, bool) { return judgement; }
uint8_t ExpectState() { return 0; }
Status Infer(const int8_t*, int8_t*) { return Status::kOk; }
bool SetThresholds(uint16_t, uint16_t) { return true; }
uint16_t BaselineWindows() { return 256; }
uint8_t OperatingStates() { return 1; }
}  // namespace pipeline

int16_t* window::Samples() { return samples; }

}  // namespace thrum

namespace {

void RawEndsWhenTheHostIsGone() {
  ASSERT_MODE(Mode::kRaw, Hear("raw 1\n"));
  ASSERT_MODE(Mode::kRaw, After(5000));
  ASSERT_MODE(Mode::kJudge, After(1));
  ASSERT_MODE(Mode::kJudge, After(100000));
}

void AnEmptyLineEverySecondKeepsItUp() {
  Hear("raw 1\n");
  for (int seconds = 0; seconds < 600; ++seconds) {
    ASSERT_MODE(Mode::kRaw, After(999));
    host.now_ms += 1;
    ASSERT_MODE(Mode::kRaw, Hear("\n"));
  }
  ASSERT_MODE(Mode::kJudge, After(5001));
}

void AQuestionKeepsItUpAndARefusedLineDoesNot() {
  Hear("raw 1\n");
  After(3000);
  ASSERT_MODE(Mode::kRaw, Hear("status\n"));
  ASSERT_MODE(Mode::kRaw, After(3000));
  ASSERT_MODE(Mode::kRaw, Hear("nonsense\n"));
  TEST_ASSERT_EQUAL_INT(1, host.refused);
  ASSERT_MODE(Mode::kJudge, After(2001));
}

void HalfALineIsNotHeard() {
  Hear("raw 1\n");
  for (int i = 0; i < 5; ++i) {
    ASSERT_MODE(Mode::kRaw, Hear("s"));
    ASSERT_MODE(Mode::kRaw, After(1000));
  }
  ASSERT_MODE(Mode::kJudge, After(1));
}

void FedEndsAfterTwoSeconds() {
  ASSERT_MODE(Mode::kFed, Hear("w 0 AAA=*d56c\n"));
  ASSERT_MODE(Mode::kFed, After(2000));
  ASSERT_MODE(Mode::kJudge, After(1));
}

void JudgingNeedsNoHost() { ASSERT_MODE(Mode::kJudge, After(60000)); }

}  // namespace

void setUp() {
  Hear("\n");
  Hear("raw 0\n");
  host = Host();
  Hear("\n");
}
void tearDown() {}

void RunTests() {
  RUN_TEST(RawEndsWhenTheHostIsGone);
  RUN_TEST(AnEmptyLineEverySecondKeepsItUp);
  RUN_TEST(AQuestionKeepsItUpAndARefusedLineDoesNot);
  RUN_TEST(HalfALineIsNotHeard);
  RUN_TEST(FedEndsAfterTwoSeconds);
  RUN_TEST(JudgingNeedsNoHost);
}
