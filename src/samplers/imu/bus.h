#pragma once

// Registers of one chip on I2C (i2c.cpp) or SPI (spi.cpp); one is linked per environment
// (`custom_bus` in platformio.ini). SPI is the ADXL345's: mode 3, bit 7 reads, bit 6 continues.

#include <stdint.h>

namespace thrum {
namespace imu {
namespace bus {

void Begin();

// Frames of six bytes that the bus carries per second beside everything else.
uint32_t MaxRate();

// address: 7 bits, of I2C. False if the chip does not acknowledge.
bool Read(uint8_t address, uint8_t reg, uint8_t* bytes, uint8_t count);
bool Write(uint8_t address, uint8_t reg, uint8_t value);

void WaitMilliseconds(uint16_t milliseconds);

}  // namespace bus
}  // namespace imu
}  // namespace thrum
