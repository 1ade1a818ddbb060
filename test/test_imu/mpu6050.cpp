#include <string.h>

#include "sensors.h"

#define driver mpu6050
#include "../../src/samplers/imu/mpu6050.cpp"
#undef driver

using namespace thrum;
using namespace thrum::imu;

namespace {

void Mpu6050ReadsBigEndianAndRestartsAnOverflow() {
  chip.registers[0x75] = 0x68;
  ExpectStatus(Status::kOk, mpu6050::Open(1000));
  TEST_ASSERT_EQUAL_HEX8(7, chip.written[0x19].last);
  TEST_ASSERT_EQUAL_HEX8(0x18, chip.written[0x1C].last);
  chip.registers[0x73] = 13;  // two frames and a byte
  chip.data_register = 0x74;
  for (const int16_t raw : std::initializer_list<int16_t>{2048, -2048, -32768, 1, 2, 3, 0}) {
    Store(raw, true);
  }
  Drained drained;
  ExpectStatus(Status::kOk, mpu6050::Drain(&drained));
  TEST_ASSERT_EQUAL(2, drained.count);
  ExpectFrame(2048, -2048, -32767, drained.frames[0]);
  ExpectFrame(1, 2, 3, drained.frames[1]);
  chip.registers[0x3A] = 0x10;
  memset(chip.written, 0, sizeof(chip.written));
  ExpectStatus(Status::kOk, mpu6050::Drain(&drained));
  TEST_ASSERT_EQUAL(0, drained.count);
  TEST_ASSERT_TRUE(drained.overrun);
  TEST_ASSERT_EQUAL_HEX8(0x40, chip.written[0x6A].last);
}

void BitsThatClearThemselvesAreNotReadBack() {
  chip.registers[0x75] = 0x68;
  chip.forgets = 0x6B;  // holds what the chip made of the reset
  chip.registers[0x6B] = 0x01;
  ExpectStatus(Status::kOk, mpu6050::Open(1000));
  TEST_ASSERT_EQUAL_HEX8(0x80, chip.written[0x6B].first);
}

void RunTests() {
  RUN_TEST(Mpu6050ReadsBigEndianAndRestartsAnOverflow);
  RUN_TEST(BitsThatClearThemselvesAreNotReadBack);
}

const Tested kTested({"mpu6050",
                      __FILE__,
                      mpu6050::Open,
                      mpu6050::Drain,
                      mpu6050::Bandwidth,
                      0x75,
                      0x68,
                      0x98,
                      1000,
                      260,
                      {0, 30, 952, 2000},
                      0x1C,
                      RunTests});

}  // namespace
