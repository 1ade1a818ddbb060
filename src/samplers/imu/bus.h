#pragma once

// Registers of one chip on I2C (i2c.cpp) or SPI (spi.cpp); one is linked per environment
// (`custom_bus` in platformio.ini). Called by the sensors through registers.h. How a chip wants to be
// addressed stands with the chip, so that a new sensor changes nothing here.

#include <stdint.h>

namespace thrum {
namespace imu {

// How one chip is reached. A sensor's file defines one; it lives as long as the firmware.
struct Chip {
  uint8_t i2c_address;  // 7 bits

  // SPI; 0 Hz: the chip is not meant for it, and every access fails.
  uint32_t spi_hz;       // clock
  uint8_t spi_mode;      // 0 to 3
  uint8_t spi_read;      // bits added to a register's number to read it
  uint8_t spi_multiple;  // and those for more than one byte
  uint8_t spi_pause_us;  // after every access
};

// A chip that is read over I2C alone.
constexpr Chip OnI2c(uint8_t address) { return {address, 0, 0, 0, 0, 0}; }

namespace bus {

// Sets up the bus. May be called again.
void Begin();

// Frames of six bytes that the bus carries per second beside everything else.
uint32_t MaxRate();

// One register, or `count` bytes from it on. False if the chip does not acknowledge; SPI cannot tell.
bool Read(const Chip& chip, uint8_t reg, uint8_t* bytes, uint8_t count);
bool Write(const Chip& chip, uint8_t reg, uint8_t value);

void WaitMilliseconds(uint16_t milliseconds);

}  // namespace bus
}  // namespace imu
}  // namespace thrum
