#include <Arduino.h>
#include <Wire.h>

#include "samplers/imu/bus.h"

#ifndef THRUM_WIRE
#define THRUM_WIRE Wire
#endif

namespace thrum {
namespace imu {
namespace bus {

void Begin() {
  THRUM_WIRE.begin();
  THRUM_WIRE.setClock(400000);
}

// 400 kHz, 9 bits a byte, 9 bytes with addresses and register: 4.9 kHz, less than half of it used.
uint32_t MaxRate() { return 2000; }

bool Read(const Chip& chip, uint8_t reg, uint8_t* bytes, uint8_t count) {
  THRUM_WIRE.beginTransmission(chip.i2c_address);
  THRUM_WIRE.write(reg);
  if (THRUM_WIRE.endTransmission(false) != 0 ||
      THRUM_WIRE.requestFrom(chip.i2c_address, static_cast<uint8_t>(count)) != count) {
    return false;
  }
  for (uint8_t i = 0; i < count; ++i) {
    bytes[i] = static_cast<uint8_t>(THRUM_WIRE.read());
  }
  return true;
}

bool Write(const Chip& chip, uint8_t reg, uint8_t value) {
  THRUM_WIRE.beginTransmission(chip.i2c_address);
  THRUM_WIRE.write(reg);
  THRUM_WIRE.write(value);
  return THRUM_WIRE.endTransmission() == 0;
}

void WaitMilliseconds(uint16_t milliseconds) { delay(milliseconds); }

}  // namespace bus
}  // namespace imu
}  // namespace thrum
