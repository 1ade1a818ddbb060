// Accelerometers with a FIFO, against registers that the test plays: who answers, what is written and
// kept, scaling at the limits. What every sensor must do is here, the rest with each sensor.

#include <vector>

#include "../unity_main.h"
#include "sensors.h"

using namespace thrum;
using namespace thrum::imu;

PlayedChip chip;

namespace {

std::vector<Sensor>& Sensors() {
  static std::vector<Sensor> sensors;
  return sensors;
}

}  // namespace

Tested::Tested(const Sensor& sensor) { Sensors().push_back(sensor); }

namespace thrum {
namespace imu {
namespace bus {

void Begin() {}
uint32_t MaxRate() { return chip.fast ? 3200 : 2000; }
void WaitMilliseconds(uint16_t) {}

bool Read(const Chip&, uint8_t reg, uint8_t* bytes, uint8_t count) {
  for (uint8_t i = 0; chip.answers && i < count; ++i) {
    if (reg != chip.data_register) {
      bytes[i] = chip.registers[reg + i];
    } else {
      TEST_ASSERT_LESS_THAN_MESSAGE(chip.stored, chip.taken, "the FIFO was read beyond its end");
      bytes[i] = chip.data[chip.taken++];
    }
  }
  return chip.answers;
}

bool Write(const Chip&, uint8_t reg, uint8_t value) {
  Written& written = chip.written[reg];
  written.first = written.count++ == 0 ? value : written.first;
  written.last = value;
  chip.registers[reg] = reg == chip.forgets ? chip.registers[reg] : value;
  return chip.answers;
}

}  // namespace bus
}  // namespace imu
}  // namespace thrum

void Store(int16_t value, bool big_endian) {
  const uint8_t low = static_cast<uint8_t>(value);
  const uint8_t high = static_cast<uint8_t>(value >> 8);
  chip.data[chip.stored++] = big_endian ? high : low;
  chip.data[chip.stored++] = big_endian ? low : high;
}

void ExpectFrame(int16_t x, int16_t y, int16_t z, const Frame& frame) {
  TEST_ASSERT_EQUAL_INT16(x, frame.axis[0]);
  TEST_ASSERT_EQUAL_INT16(y, frame.axis[1]);
  TEST_ASSERT_EQUAL_INT16(z, frame.axis[2]);
}

namespace {

void EverySensorIsTested() { TEST_ASSERT_GREATER_OR_EQUAL(3, Sensors().size()); }

void ChecksWhoAnswers() {
  for (const Sensor& sensor : Sensors()) {
    chip = PlayedChip();
    chip.registers[sensor.identity_register] = sensor.identity;
    TEST_ASSERT_EQUAL_MESSAGE(Status::kOk, sensor.open(sensor.rate_hz), sensor.name);
    chip.registers[sensor.identity_register] = sensor.other;
    TEST_ASSERT_EQUAL_MESSAGE(Status::kWrongSensor, sensor.open(sensor.rate_hz), sensor.name);
    chip.registers[sensor.identity_register] = 0xFF;  // SPI without a chip
    TEST_ASSERT_EQUAL_MESSAGE(Status::kSourceMissing, sensor.open(sensor.rate_hz), sensor.name);
  }
}

void SaysThatNobodyAnswers() {
  chip.answers = false;
  Drained drained;
  for (const Sensor& sensor : Sensors()) {
    TEST_ASSERT_EQUAL_MESSAGE(Status::kSourceMissing, sensor.open(sensor.rate_hz), sensor.name);
    TEST_ASSERT_EQUAL_MESSAGE(Status::kSourceMissing, sensor.drain(&drained), sensor.name);
  }
}

void RefusesRatesThatTheChipLacks() {
  for (const Sensor& sensor : Sensors()) {
    for (const uint32_t rate : sensor.lacks) {
      TEST_ASSERT_EQUAL_MESSAGE(Status::kRateMismatch, sensor.open(rate), sensor.name);
      TEST_ASSERT_EQUAL_MESSAGE(0, sensor.bandwidth(rate), sensor.name);
    }
    TEST_ASSERT_EQUAL_MESSAGE(sensor.bandwidth_hz, sensor.bandwidth(sensor.rate_hz), sensor.name);
  }
}

// A register that does not keep its setting would leave the sensor at another rate or range.
void RefusesASensorThatForgetsItsSettings() {
  for (const Sensor& sensor : Sensors()) {
    chip = PlayedChip();
    chip.registers[sensor.identity_register] = sensor.identity;
    chip.forgets = sensor.keeps;
    TEST_ASSERT_EQUAL_MESSAGE(Status::kWrongSensor, sensor.open(sensor.rate_hz), sensor.name);
  }
}

bool ReadBurst(uint8_t* bytes, uint8_t frames) {
  return bus::Read(OnI2c(0), chip.data_register, bytes, static_cast<uint8_t>(frames * kFrameBytes));
}

constexpr Fifo kBursts = {5, ReadBurst, LittleEndian};

void ReadsBurstsButNeverBeyondTheFifo() {
  chip.data_register = 0x24;
  Drained drained;
  for (uint16_t stored = 0; stored < 3 * kMaxFrames; ++stored) {
    chip.stored = 0;
    chip.taken = 0;
    for (int16_t i = 0; i < 3 * stored; ++i) {
      Store(i);
    }
    ExpectStatus(Status::kOk, Take(kBursts, stored, false, &drained));
    TEST_ASSERT_EQUAL(stored < kMaxFrames ? stored : kMaxFrames, drained.count);
    for (int16_t i = 0; i < 3 * drained.count; ++i) {
      TEST_ASSERT_EQUAL_INT16(i, drained.frames[i / 3].axis[i % 3]);
    }
    TEST_ASSERT_EQUAL(6 * (stored - drained.count), chip.stored - chip.taken);
  }
}

void ABusThatFailsInABurstIsReported() {
  chip.answers = false;
  Drained drained;
  ExpectStatus(Status::kSourceMissing, Take(kBursts, 7, true, &drained));
  TEST_ASSERT_EQUAL(0, drained.count);
}

}  // namespace

void setUp() { chip = PlayedChip(); }
void tearDown() {}

void RunTests() {
  RUN_TEST(EverySensorIsTested);
  RUN_TEST(ChecksWhoAnswers);
  RUN_TEST(SaysThatNobodyAnswers);
  RUN_TEST(RefusesRatesThatTheChipLacks);
  RUN_TEST(RefusesASensorThatForgetsItsSettings);
  RUN_TEST(ReadsBurstsButNeverBeyondTheFifo);
  RUN_TEST(ABusThatFailsInABurstIsReported);
  for (const Sensor& sensor : Sensors()) {
    Unity.TestFile = sensor.file;
    sensor.run_tests();
  }
}
