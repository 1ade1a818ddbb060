// Accelerometers with a FIFO, against registers that the test plays: who answers, what is written
// and kept, scaling at the limits.

#include <map>
#include <vector>

#include "../../src/samplers/imu/registers.h"
#include "../expect_status.h"
#include "../unity_main.h"

using namespace thrum;
using namespace thrum::imu;

namespace {

// One chip: plain registers, and a FIFO behind one of them.
struct Chip {
  bool answers = true;
  bool fast = true;  // SPI
  int forgets = -1;  // a register that keeps nothing
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
  chip.registers[reg] = reg == chip.forgets ? chip.registers[reg] : value;
  return chip.answers;
}

}  // namespace bus
}  // namespace imu
}  // namespace thrum

// Each driver defines thrum::imu::driver; here each gets a name of its own.
#define driver lsm9ds1
#include "../../src/samplers/imu/lsm9ds1.cpp"
#undef driver
#define driver adxl345
#include "../../src/samplers/imu/adxl345.cpp"
#undef driver
#define driver mpu6050
#include "../../src/samplers/imu/mpu6050.cpp"
#undef driver

namespace {

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

// A register that does not keep its setting would leave the sensor at another rate or range.
void RefusesASensorThatForgetsItsSettings() {
  chip.registers[0x0F] = 0x68;
  chip.forgets = 0x20;
  ExpectStatus(Status::kWrongSensor, lsm9ds1::Open(952));
  chip.registers[0x00] = 0xE5;
  chip.forgets = 0x31;
  ExpectStatus(Status::kWrongSensor, adxl345::Open(3200));
  TEST_ASSERT_TRUE_MESSAGE(chip.written[0x38].empty(), "set up beyond the failure");
  chip.registers[0x75] = 0x68;
  chip.forgets = 0x1C;
  ExpectStatus(Status::kWrongSensor, mpu6050::Open(1000));
}

void BitsThatClearThemselvesAreNotReadBack() {
  chip.registers[0x75] = 0x68;
  chip.forgets = 0x6B;  // holds what the chip made of the reset
  chip.registers[0x6B] = 0x01;
  ExpectStatus(Status::kOk, mpu6050::Open(1000));
  TEST_ASSERT_EQUAL_HEX8(0x80, chip.written[0x6B].front());
}

bool ReadBurst(uint8_t* bytes, uint8_t frames) {
  return bus::Read(0, chip.data_register, bytes, static_cast<uint8_t>(frames * kFrameBytes));
}

constexpr Fifo kBursts = {5, ReadBurst, LittleEndian};

void ReadsBurstsButNeverBeyondTheFifo() {
  chip.data_register = 0x24;
  Drained drained;
  for (uint16_t stored = 0; stored < 3 * kMaxFrames; ++stored) {
    chip.data.clear();
    for (int16_t i = 0; i < 3 * stored; ++i) {
      Store(i);
    }
    ExpectStatus(Status::kOk, Take(kBursts, stored, false, &drained));
    TEST_ASSERT_EQUAL(stored < kMaxFrames ? stored : kMaxFrames, drained.count);
    for (int16_t i = 0; i < 3 * drained.count; ++i) {
      TEST_ASSERT_EQUAL_INT16(i, drained.frames[i / 3].axis[i % 3]);
    }
    TEST_ASSERT_EQUAL(6 * (stored - drained.count), chip.data.size());
  }
}

void ABusThatFailsInABurstIsReported() {
  chip.answers = false;
  Drained drained;
  ExpectStatus(Status::kSourceMissing, Take(kBursts, 7, true, &drained));
  TEST_ASSERT_EQUAL(0, drained.count);
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
  RUN_TEST(RefusesASensorThatForgetsItsSettings);
  RUN_TEST(BitsThatClearThemselvesAreNotReadBack);
  RUN_TEST(ReadsBurstsButNeverBeyondTheFifo);
  RUN_TEST(ABusThatFailsInABurstIsReported);
}
