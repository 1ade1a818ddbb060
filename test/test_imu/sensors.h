#pragma once

// What the tests of all sensors share: a chip whose registers and FIFO the test plays behind bus.h,
// and the facts of a sensor by which test_main.cpp proves what every sensor must do. A sensor's own
// tests are in the file of its name, which registers itself: a new sensor changes nothing else here.

#include <unity.h>

#include <initializer_list>

#include "../../src/samplers/imu/registers.h"
#include "../expect_status.h"

// What was written to one register.
struct Written {
  uint8_t first;
  uint8_t last;
  int count;
};

// One chip: plain registers, and a FIFO behind one of them. Made anew before every test.
struct PlayedChip {
  bool answers = true;
  bool fast = true;  // SPI
  int forgets = -1;  // a register that keeps nothing
  uint8_t registers[256] = {};
  Written written[256] = {};
  uint8_t data_register = 0xFF;  // none
  uint8_t data[1024] = {};       // of the FIFO
  int stored = 0;                // bytes
  int taken = 0;
};
extern PlayedChip chip;

struct Sensor {
  const char* name;
  const char* file;  // of its tests
  thrum::Status (*open)(uint32_t rate_hz);
  thrum::Status (*drain)(thrum::imu::Drained* drained);
  uint16_t (*bandwidth)(uint32_t rate_hz);
  uint8_t identity_register;
  uint8_t identity;
  uint8_t other;  // the identity of a similar part
  uint32_t rate_hz;
  uint16_t bandwidth_hz;  // at this rate
  uint32_t lacks[4];      // rates
  uint8_t keeps;          // a register that sets range or rate
  void (*run_tests)();
};

// Adds a sensor to those that are tested.
struct Tested {
  explicit Tested(const Sensor& sensor);
};

// Puts a value of one axis into the FIFO.
void Store(int16_t value, bool big_endian = false);

void ExpectFrame(int16_t x, int16_t y, int16_t z, const thrum::imu::Frame& frame);
