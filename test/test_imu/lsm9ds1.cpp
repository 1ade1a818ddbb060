#include "sensors.h"

#define driver lsm9ds1
#include "../../src/samplers/imu/lsm9ds1.cpp"
#undef driver

using namespace thrum;
using namespace thrum::imu;

namespace {

void Lsm9ds1RunsAt952HzWithTheGyroOff() {
  chip.registers[0x0F] = 0x68;
  ExpectStatus(Status::kOk, lsm9ds1::Open(952));
  TEST_ASSERT_EQUAL_HEX8(0xC8, chip.written[0x20].last);  // ODR_XL 110, +-16 g
  TEST_ASSERT_EQUAL_HEX8(0x00, chip.written[0x10].last);
  TEST_ASSERT_EQUAL_HEX8(0xC0, chip.written[0x2E].last);  // continuous FIFO
  TEST_ASSERT_EQUAL_HEX8(0x02, chip.written[0x23].last);
}

void Lsm9ds1ScalesAndSaturates() {
  chip.registers[0x2F] = 2;
  chip.data_register = 0x28;
  for (const int16_t raw : std::initializer_list<int16_t>{0, 1366, -1366, 21900, -21900, -32768}) {
    Store(raw);
  }
  Drained drained;
  ExpectStatus(Status::kOk, lsm9ds1::Drain(&drained));
  TEST_ASSERT_EQUAL(2, drained.count);
  TEST_ASSERT_FALSE(drained.overrun);
  ExpectFrame(0, 2047, -2047, drained.frames[0]);  // 1366 * 0.732 mg is 1 g
  ExpectFrame(32767, -32767, -32767, drained.frames[1]);
}

void RunTests() {
  RUN_TEST(Lsm9ds1RunsAt952HzWithTheGyroOff);
  RUN_TEST(Lsm9ds1ScalesAndSaturates);
}

const Tested kTested({"lsm9ds1",
                      __FILE__,
                      lsm9ds1::Open,
                      lsm9ds1::Drain,
                      lsm9ds1::Bandwidth,
                      0x0F,
                      0x68,
                      0x69,
                      952,
                      408,
                      {0, 100, 1000, 3200},
                      0x20,
                      RunTests});

}  // namespace
