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

// Arduino's names for the modes are numbers here and an enumeration there.
SPISettings SettingsOf(const Chip& chip) {
  switch (chip.spi_mode) {
    case 0:
      return SPISettings(chip.spi_hz, MSBFIRST, SPI_MODE0);
    case 1:
      return SPISettings(chip.spi_hz, MSBFIRST, SPI_MODE1);
    case 2:
      return SPISettings(chip.spi_hz, MSBFIRST, SPI_MODE2);
    default:
      return SPISettings(chip.spi_hz, MSBFIRST, SPI_MODE3);
  }
}

void Select(const Chip& chip) {
  SPI.beginTransaction(SettingsOf(chip));
  digitalWrite(THRUM_SPI_SELECT, LOW);
}

void Release(const Chip& chip) {
  digitalWrite(THRUM_SPI_SELECT, HIGH);
  SPI.endTransaction();
  delayMicroseconds(chip.spi_pause_us);
}

}  // namespace

void Begin() {
  pinMode(THRUM_SPI_SELECT, OUTPUT);
  digitalWrite(THRUM_SPI_SELECT, HIGH);
  SPI.begin();
}

uint32_t MaxRate() { return 3200; }

bool Read(const Chip& chip, uint8_t reg, uint8_t* bytes, uint8_t count) {
  if (chip.spi_hz == 0) {
    return false;
  }
  Select(chip);
  SPI.transfer(static_cast<uint8_t>(reg | chip.spi_read | (count > 1 ? chip.spi_multiple : 0)));
  for (uint8_t i = 0; i < count; ++i) {
    bytes[i] = SPI.transfer(0);
  }
  Release(chip);
  return true;
}

bool Write(const Chip& chip, uint8_t reg, uint8_t value) {
  if (chip.spi_hz == 0) {
    return false;
  }
  Select(chip);
  SPI.transfer(reg);
  SPI.transfer(value);
  Release(chip);
  return true;
}

void WaitMilliseconds(uint16_t milliseconds) { delay(milliseconds); }

}  // namespace bus
}  // namespace imu
}  // namespace thrum
