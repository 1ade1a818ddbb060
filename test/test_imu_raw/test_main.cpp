// Three axes of a FIFO of 32 frames, streamed over a serial line that takes its time: all of them
// arrive, in order, as long as the line is fast enough. Sensor, line and clock are played.

#include <stdlib.h>
#include <string.h>

#include "../../src/commands/raw_stream.cpp"
#include "../../src/console/output.cpp"
#include "../../src/samplers/imu/collector.cpp"
#include "../../src/samplers/imu/sampler.cpp"
#include "../../src/window.cpp"
#include "../expect_status.h"
#include "../unity_main.h"

using namespace thrum;
using namespace thrum::imu;

namespace {

constexpr uint32_t kRate = 3200;
constexpr double kPeriodUs = 1e6 / kRate;
constexpr int kWindows = 100;

struct Board {
  double now_us;
  uint32_t baud;
  uint32_t taken;     // frames that left the FIFO
  uint32_t overruns;  // of the FIFO
  bool silent;

  uint32_t next[kAxes];  // what the host expects
  uint32_t jumps;        // where something else came
  uint32_t received;     // samples of all axes
  int axis;
  int samples_of_axis;
} board;

// Tells axes and frames apart.
int16_t Value(uint32_t frame, int axis) {
  return static_cast<int16_t>(frame * 3 + static_cast<uint32_t>(axis));
}

void Receive(const char* line) {
  char data[160];
  strncpy(data, strchr(line + 3, ' ') + 1, sizeof data - 1);
  *strchr(data, '*') = '\0';
  const int16_t bytes = DecodeBase64(data, static_cast<uint8_t>(strlen(data)));
  TEST_ASSERT_GREATER_THAN_INT16(0, bytes);
  for (int i = 0; i < bytes / 2; ++i) {
    int16_t sample;
    memcpy(&sample, data + 2 * i, sizeof sample);
    uint32_t& next = board.next[board.axis];
    for (; sample != Value(next, board.axis); ++next) {
      ++board.jumps;
    }
    ++next;
    ++board.received;
    if (++board.samples_of_axis == model::kHop) {
      board.samples_of_axis = 0;
      board.axis = (board.axis + 1) % kAxes;
    }
  }
}

void Begin(uint32_t baud) {
  board = {};
  board.baud = baud;
  ExpectStatus(Status::kOk, sampler::Begin(kRate));
  for (uint32_t& next : board.next) {
    next = board.taken;
  }
}

void Stream(int windows) {
  for (int i = 0; i < windows; ++i) {
    while (!sampler::Ready()) {
      board.now_us += 50;
    }
    ExpectStatus(Status::kOk, StreamWindow());
  }
}

}  // namespace

unsigned long micros() {
  board.now_us += 5;
  return static_cast<unsigned long>(board.now_us);
}

namespace thrum {

void WriteLine(const char* line) {
  board.now_us += static_cast<double>(strlen(line) + 2) * 10e6 / board.baud;
  if (line[0] == '!' && line[1] == 'r') {
    Receive(line);
  }
}

namespace imu {
namespace driver {

const char* Name() { return "played"; }
uint8_t Axes() { return kAxes; }
uint16_t Bandwidth(uint32_t rate_hz) { return static_cast<uint16_t>(rate_hz / 2); }
Status Open(uint32_t) {
  board.taken = static_cast<uint32_t>(board.now_us / kPeriodUs);
  return Status::kOk;
}

Status Drain(Drained* drained) {
  board.now_us += 100;  // of an SPI bus
  const uint32_t due = board.silent ? board.taken : static_cast<uint32_t>(board.now_us / kPeriodUs);
  const uint32_t stored = due - board.taken;
  drained->overrun = stored > kMaxFrames;
  drained->lost = drained->overrun ? stored - kMaxFrames : 0;
  board.overruns += drained->lost;
  board.taken += drained->lost;
  drained->count = static_cast<uint8_t>(stored - drained->lost);
  for (uint8_t i = 0; i < drained->count; ++i, ++board.taken) {
    for (uint8_t axis = 0; axis < kAxes; ++axis) {
      drained->frames[i].axis[axis] = Value(board.taken, axis);
    }
  }
  return Status::kOk;
}

}  // namespace driver
}  // namespace imu
}  // namespace thrum

namespace {

void EverySampleArrives() {
  Begin(460800);
  Stream(kWindows);
  TEST_ASSERT_EQUAL(0, sampler::Lost());
  TEST_ASSERT_EQUAL(0, board.overruns);
  TEST_ASSERT_EQUAL(0, board.jumps);
  TEST_ASSERT_EQUAL(kAxes * kWindows * model::kHop, board.received);
}

void ALineThatIsTooSlowLosesAndSaysSo() {
  Begin(230400);
  Stream(kWindows);
  TEST_ASSERT_GREATER_THAN(kWindows, sampler::Lost());
  TEST_ASSERT_EQUAL(board.overruns, sampler::Lost());
  TEST_ASSERT_GREATER_OR_EQUAL(kAxes, board.jumps);
}

void ASensorThatFallsSilentInBetweenIsNoticed() {
  Begin(460800);
  Stream(3);
  board.silent = true;
  const uint32_t before = board.received;
  for (int i = 0; i < 10 && sampler::Ready(); ++i) {
    ExpectStatus(Status::kOk, StreamWindow());
  }
  TEST_ASSERT_LESS_OR_EQUAL(2 * kAxes * model::kHop, board.received - before);
  while (!sampler::Ready()) {
    board.now_us += 1000;
  }
  ExpectStatus(Status::kSensorSilent, sampler::Read(0, window::Samples()));
}

}  // namespace

void setUp() {}
void tearDown() {}

void RunTests() {
  RUN_TEST(EverySampleArrives);
  RUN_TEST(ALineThatIsTooSlowLosesAndSaysSo);
  RUN_TEST(ASensorThatFallsSilentInBetweenIsNoticed);
}
