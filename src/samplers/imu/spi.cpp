#include <Arduino.h>
#include <SPI.h>

#include "samplers/imu/bus.h"

#ifndef THRUM_SPI_SELECT
#define THRUM_SPI_SELECT SS
#endif

namespace thrum {
namespace imu {
namespace bus {
namespace {

constexpr uint8_t kRead = 0x80;
constexpr uint8_t kMultiple = 0x40;

void Select() {
  SPI.beginTransaction(SPISettings(5000000, MSBFIRST, SPI_MODE3));
  digitalWrite(THRUM_SPI_SELECT, LOW);
}

void Release() {
  digitalWrite(THRUM_SPI_SELECT, HIGH);
  SPI.endTransaction();
  delayMicroseconds(5);  // the ADXL345 moves its FIFO on; data sheet, "Retrieving data from FIFO"
}

}  // namespace

void Begin() {
  pinMode(THRUM_SPI_SELECT, OUTPUT);
  digitalWrite(THRUM_SPI_SELECT, HIGH);
  SPI.begin();
}

uint32_t MaxRate() { return 3200; }

bool Read(uint8_t, uint8_t reg, uint8_t* bytes, uint8_t count) {
  Select();
  SPI.transfer(static_cast<uint8_t>(reg | kRead | (count > 1 ? kMultiple : 0)));
  for (uint8_t i = 0; i < count; ++i) {
    bytes[i] = SPI.transfer(0);
  }
  Release();
  return true;
}

bool Write(uint8_t, uint8_t reg, uint8_t value) {
  Select();
  SPI.transfer(reg);
  SPI.transfer(value);
  Release();
  return true;
}

void WaitMilliseconds(uint16_t milliseconds) { delay(milliseconds); }

}  // namespace bus
}  // namespace imu
}  // namespace thrum
