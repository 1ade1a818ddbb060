// Accelerometers with a FIFO, against registers that the test plays: who answers, what is written,
// scaling at the limits, lost frames, silence, rates.

#include <map>
#include <vector>

#include "../../src/imu/bus.h"
#include "../../src/imu/collector.cpp"
#include "../unity_main.h"
#include "model_params.h"
#include "thrum/status.h"

using namespace thrum;
using namespace thrum::imu;

namespace {

// One chip: plain registers, and a FIFO behind one of them.
struct Chip {
  bool answers = true;
  bool fast = true;  // SPI
  uint8_t registers[256] = {};
  std::map<uint8_t, std::vector<uint8_t>> written;  // by register, in order
  uint8_t data_register = 0xFF;                     // none
  std::vector<uint8_t> data;
} chip;

}  // namespace

namespace thrum {
namespace imu {
namespace bus {

void Begin() {}
uint32_t MaxRate() { return chip.fast ? 3200 : 2000; }
void WaitMilliseconds(uint16_t) {}

bool Read(uint8_t, uint8_t reg, uint8_t* bytes, uint8_t count) {
  for (uint8_t i = 0; chip.answers && i < count; ++i) {
    if (reg != chip.data_register) {
      bytes[i] = chip.registers[reg + i];
    } else {
      TEST_ASSERT_FALSE_MESSAGE(chip.data.empty(), "the FIFO was read beyond its end");
      bytes[i] = chip.data.front();
      chip.data.erase(chip.data.begin());
    }
  }
  return chip.answers;
}

bool Write(uint8_t, uint8_t reg, uint8_t value) {
  chip.written[reg].push_back(value);
  return chip.answers;
}

}  // namespace bus
}  // namespace imu
}  // namespace thrum

// Each driver defines thrum::imu::driver; here each gets a name of its own.
#define driver lsm9ds1
#include "../../src/imu/lsm9ds1.cpp"
#undef driver
#define driver adxl345
#include "../../src/imu/adxl345.cpp"
#undef driver
#define driver mpu6050
#include "../../src/imu/mpu6050.cpp"
#undef driver

namespace {

void ExpectStatus(Status expected, Status actual) {
  TEST_ASSERT_EQUAL_STRING(Explain(expected), Explain(actual));
}

void Store(int16_t value, bool big_endian = false) {
  const uint8_t low = static_cast<uint8_t>(value);
  const uint8_t high = static_cast<uint8_t>(value >> 8);
  chip.data.push_back(big_endian ? high : low);
  chip.data.push_back(big_endian ? low : high);
}

void ExpectFrame(int16_t x, int16_t y, int16_t z, const Frame& frame) {
  TEST_ASSERT_EQUAL_INT16(x, frame.axis[0]);
  TEST_ASSERT_EQUAL_INT16(y, frame.axis[1]);
  TEST_ASSERT_EQUAL_INT16(z, frame.axis[2]);
}

void ChecksWhoAnswers() {
  chip.registers[0x0F] = 0x69;
  ExpectStatus(Status::kWrongSensor, lsm9ds1::Open(952));
  chip.registers[0x00] = 0xE4;
  ExpectStatus(Status::kWrongSensor, adxl345::Open(3200));
  chip.registers[0x00] = 0xFF;  // SPI without a chip
  ExpectStatus(Status::kSourceMissing, adxl345::Open(3200));
  chip.registers[0x75] = 0x98;
  ExpectStatus(Status::kWrongSensor, mpu6050::Open(1000));
}

void SaysThatNobodyAnswers() {
  chip.answers = false;
  ExpectStatus(Status::kSourceMissing, lsm9ds1::Open(952));
  ExpectStatus(Status::kSourceMissing, adxl345::Open(3200));
  ExpectStatus(Status::kSourceMissing, mpu6050::Open(1000));
  Drained drained;
  ExpectStatus(Status::kSourceMissing, lsm9ds1::Drain(&drained));
  ExpectStatus(Status::kSourceMissing, adxl345::Drain(&drained));
  ExpectStatus(Status::kSourceMissing, mpu6050::Drain(&drained));
}

void RefusesRatesThatTheChipLacks() {
  for (const uint32_t rate : std::vector<uint32_t>{0, 100, 1000, 3200}) {
    ExpectStatus(Status::kRateMismatch, lsm9ds1::Open(rate));
    TEST_ASSERT_EQUAL(0, lsm9ds1::Bandwidth(rate));
  }
  for (const uint32_t rate : std::vector<uint32_t>{0, 952, 3199, 6400}) {
    ExpectStatus(Status::kRateMismatch, adxl345::Open(rate));
  }
  for (const uint32_t rate : std::vector<uint32_t>{0, 30, 952, 2000}) {
    ExpectStatus(Status::kRateMismatch, mpu6050::Open(rate));
  }
  TEST_ASSERT_EQUAL(408, lsm9ds1::Bandwidth(952));
  TEST_ASSERT_EQUAL(1600, adxl345::Bandwidth(3200));
  TEST_ASSERT_EQUAL(260, mpu6050::Bandwidth(1000));
}

void Adxl345NeedsSpiForMoreThan800Hz() {
  chip.registers[0x00] = 0xE5;
  chip.fast = false;
  ExpectStatus(Status::kOk, adxl345::Open(800));
  ExpectStatus(Status::kRateMismatch, adxl345::Open(1600));
}

void Lsm9ds1RunsAt952HzWithTheGyroOff() {
  chip.registers[0x0F] = 0x68;
  ExpectStatus(Status::kOk, lsm9ds1::Open(952));
  TEST_ASSERT_EQUAL_HEX8(0xC8, chip.written[0x20].back());  // ODR_XL 110, +-16 g
  TEST_ASSERT_EQUAL_HEX8(0x00, chip.written[0x10].back());
  TEST_ASSERT_EQUAL_HEX8(0xC0, chip.written[0x2E].back());  // continuous FIFO
  TEST_ASSERT_EQUAL_HEX8(0x02, chip.written[0x23].back());
}

void Lsm9ds1ScalesAndSaturates() {
  chip.registers[0x2F] = 2;
  chip.data_register = 0x28;
  for (const int16_t raw : std::vector<int16_t>{0, 1366, -1366, 21900, -21900, -32768}) {
    Store(raw);
  }
  Drained drained;
  ExpectStatus(Status::kOk, lsm9ds1::Drain(&drained));
  TEST_ASSERT_EQUAL(2, drained.count);
  TEST_ASSERT_FALSE(drained.overrun);
  ExpectFrame(0, 2047, -2047, drained.frames[0]);  // 1366 * 0.732 mg is 1 g
  ExpectFrame(32767, -32767, -32767, drained.frames[1]);
}

void Adxl345WritesItsRegisters() {
  chip.registers[0x00] = 0xE5;
  ExpectStatus(Status::kOk, adxl345::Open(3200));
  TEST_ASSERT_EQUAL_HEX8(0x0F, chip.written[0x2C].back());
  TEST_ASSERT_EQUAL_HEX8(0x0B, chip.written[0x31].back());
  TEST_ASSERT_EQUAL_HEX8(0x80, chip.written[0x38].back());
  TEST_ASSERT_EQUAL_HEX8(0x08, chip.written[0x2D].back());
  ExpectStatus(Status::kOk, adxl345::Open(100));
  TEST_ASSERT_EQUAL_HEX8(0x0A, chip.written[0x2C].back());
}

void Adxl345ScalesAndSaturates() {
  chip.registers[0x39] = 2;
  chip.registers[0x30] = 0x81;  // overrun
  chip.data_register = 0x32;
  for (const int16_t raw : std::vector<int16_t>{256, -256, 4093, 4094, -4094, -4096}) {
    Store(raw);
  }
  Drained drained;
  ExpectStatus(Status::kOk, adxl345::Drain(&drained));
  TEST_ASSERT_TRUE(drained.overrun);
  ExpectFrame(2048, -2048, 32744, drained.frames[0]);
  ExpectFrame(32767, -32752, -32767, drained.frames[1]);
}

void Mpu6050ReadsBigEndianAndRestartsAnOverflow() {
  chip.registers[0x75] = 0x68;
  ExpectStatus(Status::kOk, mpu6050::Open(1000));
  TEST_ASSERT_EQUAL_HEX8(7, chip.written[0x19].back());
  TEST_ASSERT_EQUAL_HEX8(0x18, chip.written[0x1C].back());
  chip.registers[0x73] = 13;  // two frames and a byte
  chip.data_register = 0x74;
  for (const int16_t raw : std::vector<int16_t>{2048, -2048, -32768, 1, 2, 3, 0}) {
    Store(raw, true);
  }
  Drained drained;
  ExpectStatus(Status::kOk, mpu6050::Drain(&drained));
  TEST_ASSERT_EQUAL(2, drained.count);
  ExpectFrame(2048, -2048, -32767, drained.frames[0]);
  ExpectFrame(1, 2, 3, drained.frames[1]);
  chip.registers[0x3A] = 0x10;
  chip.written.clear();
  ExpectStatus(Status::kOk, mpu6050::Drain(&drained));
  TEST_ASSERT_EQUAL(0, drained.count);
  TEST_ASSERT_TRUE(drained.overrun);
  TEST_ASSERT_EQUAL_HEX8(0x40, chip.written[0x6A].back());
}

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

void setUp() { chip = Chip(); }
void tearDown() {}

void RunTests() {
  RUN_TEST(ChecksWhoAnswers);
  RUN_TEST(SaysThatNobodyAnswers);
  RUN_TEST(RefusesRatesThatTheChipLacks);
  RUN_TEST(Adxl345NeedsSpiForMoreThan800Hz);
  RUN_TEST(Lsm9ds1RunsAt952HzWithTheGyroOff);
  RUN_TEST(Lsm9ds1ScalesAndSaturates);
  RUN_TEST(Adxl345WritesItsRegisters);
  RUN_TEST(Adxl345ScalesAndSaturates);
  RUN_TEST(Mpu6050ReadsBigEndianAndRestartsAnOverflow);
  RUN_TEST(CutsWindowsWithoutLosingAFrame);
  RUN_TEST(CountsLostFramesAndMarksTheWindow);
  RUN_TEST(NoticesSilence);
  RUN_TEST(ComparesRates);
}
