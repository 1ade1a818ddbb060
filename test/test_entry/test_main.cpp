// What a board does when nothing can go on: it says why again and again and blinks the number of the
// status. And what its light shows otherwise. Hardware, firmware and time are played.

#include <string>
#include <vector>

#include "../../src/console/output.cpp"
#include "../../src/platform/arduino/entry.cpp"
#include "../expect_status.h"
#include "../unity_main.h"

using namespace thrum;

namespace {

constexpr uint8_t kLastStatus = static_cast<uint8_t>(Status::kSensorSilent);
constexpr uint32_t kWatchedMs = 60000;

// Ends a firmware that has parked: that would take for ever.
struct Watched {};

struct Board {
  Status starts = Status::kOk;
  Status steps = Status::kOk;
  State state = State::kOk;
  bool ready = false;  // serial line and LED are set up
  bool lit = false;
  uint32_t now_ms = 0;
  int stepped = 0;
  std::vector<std::string> lines;
  std::vector<int> flashes;  // after each line
} board;

}  // namespace

namespace thrum {

Status Start(const Settings&) {
  TEST_ASSERT_TRUE_MESSAGE(board.ready, "nobody would read or see what fails");
  return board.starts;
}
Status Step() {
  ++board.stepped;
  return board.steps;
}
State pipeline::CurrentState() { return board.state; }

void BeginHardware() { board.ready = true; }
void Light(bool on) {
  if (on && !board.lit && !board.flashes.empty()) {
    ++board.flashes.back();
  }
  board.lit = on;
}
void Pause(uint16_t milliseconds) {
  board.now_ms += milliseconds;
  if (board.now_ms > kWatchedMs) {
    throw Watched();
  }
}
void WriteLine(const char* line) {
  board.lines.push_back(line);
  board.flashes.push_back(0);
}
int16_t ReadByte() { return -1; }
uint16_t Milliseconds() { return static_cast<uint16_t>(board.now_ms); }

}  // namespace thrum

namespace {

// Whether it is still busy with that after a minute.
template <class Function>
bool Parks(Function function) {
  try {
    function();
  } catch (const Watched&) {
    return true;
  }
  return false;
}

void ExpectReasonAndCode(Status status) {
  const std::string reason = std::string("# stopped: ") + Explain(status);
  TEST_ASSERT_GREATER_OR_EQUAL_MESSAGE(3, board.lines.size(), "it is not repeated");
  for (const std::string& line : board.lines) {
    TEST_ASSERT_EQUAL_STRING(reason.c_str(), line.c_str());
  }
  board.flashes.pop_back();  // the last round was cut off
  for (const int flashes : board.flashes) {
    TEST_ASSERT_EQUAL(static_cast<uint8_t>(status), flashes);
  }
}

void ParksWithReasonAndCodeWhenSetUpFails() {
  for (uint8_t number = 1; number <= kLastStatus; ++number) {
    board = Board();
    board.starts = static_cast<Status>(number);
    TEST_ASSERT_TRUE(Parks(setup));
    ExpectReasonAndCode(board.starts);
    TEST_ASSERT_EQUAL(0, board.stepped);
  }
}

void ParksWithReasonAndCodeWhenAStepFails() {
  for (uint8_t number = 1; number <= kLastStatus; ++number) {
    board = Board();
    board.steps = static_cast<Status>(number);
    TEST_ASSERT_FALSE(Parks(setup));
    TEST_ASSERT_TRUE(Parks(loop));
    ExpectReasonAndCode(board.steps);
    TEST_ASSERT_EQUAL(1, board.stepped);
  }
}

void IsSilentWhileAllIsWell() {
  TEST_ASSERT_FALSE(Parks(setup));
  for (int i = 0; i < 100; ++i) {
    TEST_ASSERT_FALSE(Parks(loop));
    TEST_ASSERT_FALSE(board.lit);
  }
  TEST_ASSERT_EQUAL(100, board.stepped);
  TEST_ASSERT_TRUE(board.lines.empty());
}

// Milliseconds of a second in which the light is on.
int LitMs() {
  int lit = 0;
  for (int i = 0; i < 1024; ++i, ++board.now_ms) {
    loop();
    lit += board.lit ? 1 : 0;
  }
  return lit;
}

void TheLightTellsAlarmFromFault() {
  setup();
  TEST_ASSERT_EQUAL(0, LitMs());
  board.state = State::kAlarm;
  TEST_ASSERT_EQUAL(1024, LitMs());
  board.state = State::kFault;
  TEST_ASSERT_EQUAL(512, LitMs());
  for (const State dark : {State::kLearning, State::kIdle}) {
    board.state = dark;
    TEST_ASSERT_EQUAL(0, LitMs());
  }
}

}  // namespace

void setUp() { board = Board(); }
void tearDown() {}

void RunTests() {
  RUN_TEST(ParksWithReasonAndCodeWhenSetUpFails);
  RUN_TEST(ParksWithReasonAndCodeWhenAStepFails);
  RUN_TEST(IsSilentWhileAllIsWell);
  RUN_TEST(TheLightTellsAlarmFromFault);
}
