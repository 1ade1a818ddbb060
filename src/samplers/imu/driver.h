#pragma once

// What sampler.cpp asks of an accelerometer with a FIFO. One driver is linked per environment
// (`custom_sensor` in platformio.ini); it knows the chip and bus.h or ../analog/adc.h, nothing of the
// board.

#include <stdint.h>

#include "thrum/core/status.h"

namespace thrum {
namespace imu {

// One sample of all axes in counts, 32768 = 16 g; +-32767 at the sensor's limit.
struct Frame {
  int16_t axis[3];
};

constexpr uint8_t kMaxFrames = 32;  // that one Drain may deliver

struct Drained {
  Frame frames[kMaxFrames];
  uint8_t count;
  bool overrun;   // the FIFO was full: frames before these are lost
  uint32_t lost;  // how many; 0: the chip does not say
};

namespace driver {

// For the boot line.
const char* Name();

// Axes that a frame has, 1 to 3; the others are 0.
uint8_t Axes();

// -3 dB bandwidth in Hz at this rate, as the data sheet says; 0 where the sensor lacks the rate.
uint16_t Bandwidth(uint32_t rate_hz);

// Checks who answers, sets range and rate, and starts the FIFO in stream mode.
[[nodiscard]] Status Open(uint32_t rate_hz);

// Takes what the FIFO holds, perhaps nothing. kSourceMissing if the bus fails.
[[nodiscard]] Status Drain(Drained* drained);

}  // namespace driver
}  // namespace imu
}  // namespace thrum
