#include "sensors.h"

#define driver adxl345
#include "../../src/samplers/imu/adxl345.cpp"
#undef driver

using namespace thrum;
using namespace thrum::imu;

namespace {

void Adxl345NeedsSpiForMoreThan800Hz() {
  chip.registers[0x00] = 0xE5;
  chip.fast = false;
  ExpectStatus(Status::kOk, adxl345::Open(800));
  ExpectStatus(Status::kRateMismatch, adxl345::Open(1600));
}

void Adxl345WritesItsRegisters() {
  chip.registers[0x00] = 0xE5;
  ExpectStatus(Status::kOk, adxl345::Open(3200));
  TEST_ASSERT_EQUAL_HEX8(0x0F, chip.written[0x2C].last);
  TEST_ASSERT_EQUAL_HEX8(0x0B, chip.written[0x31].last);
  TEST_ASSERT_EQUAL_HEX8(0x80, chip.written[0x38].last);
  TEST_ASSERT_EQUAL_HEX8(0x08, chip.written[0x2D].last);
  ExpectStatus(Status::kOk, adxl345::Open(100));
  TEST_ASSERT_EQUAL_HEX8(0x0A, chip.written[0x2C].last);
}

void Adxl345ScalesAndSaturates() {
  chip.registers[0x39] = 2;
  chip.registers[0x30] = 0x81;  // overrun
  chip.data_register = 0x32;
  for (const int16_t raw : std::initializer_list<int16_t>{256, -256, 4093, 4094, -4094, -4096}) {
    Store(raw);
  }
  Drained drained;
  ExpectStatus(Status::kOk, adxl345::Drain(&drained));
  TEST_ASSERT_TRUE(drained.overrun);
  ExpectFrame(2048, -2048, 32744, drained.frames[0]);
  ExpectFrame(32767, -32752, -32767, drained.frames[1]);
}

void Adxl345IsNotSetUpBeyondAFailure() {
  chip.registers[0x00] = 0xE5;
  chip.forgets = 0x31;
  ExpectStatus(Status::kWrongSensor, adxl345::Open(3200));
  TEST_ASSERT_EQUAL(0, chip.written[0x38].count);
}

void RunTests() {
  RUN_TEST(Adxl345NeedsSpiForMoreThan800Hz);
  RUN_TEST(Adxl345WritesItsRegisters);
  RUN_TEST(Adxl345ScalesAndSaturates);
  RUN_TEST(Adxl345IsNotSetUpBeyondAFailure);
}

const Tested kTested({"adxl345",
                      __FILE__,
                      adxl345::Open,
                      adxl345::Drain,
                      adxl345::Bandwidth,
                      0x00,
                      0xE5,
                      0xE4,
                      3200,
                      1600,
                      {0, 952, 3199, 6400},
                      0x31,
                      RunTests});

}  // namespace
