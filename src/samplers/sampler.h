#pragma once

// Where samples come from. One implementation is linked per environment (platformio.ini's
// build_src_filter), so there is neither an #if nor a virtual call:
//   replay/replay.cpp  WAV file or raw int16 stream
//   analog/avr.cpp     ATmega328P: analog accelerometer under a timer interrupt
//   imu/sampler.cpp    accelerometer with a FIFO: LSM9DS1, BMI270, ADXL345, MPU6050, or an analog
//                      one with a FIFO in software
//   synthetic.cpp      the same vibration every time, for a board without a sensor
// Samples are int16 counts, 32768 = the full scale of model/config.toml; a sample at the sensor's
// limit is delivered as +-32767.

#include <stdint.h>

#include "thrum/core/status.h"

namespace thrum {
namespace sampler {

// Opens the source and checks that it delivers rate_hz; a mismatch is refused. Called again after a
// pause: what was not read meanwhile is dropped and does not count as lost. If that fails, Read of
// axis 0 tries again.
[[nodiscard]] Status Begin(uint32_t rate_hz);

// Axes that every window has, 1 to 3. Valid after Begin.
uint8_t Axes();

// True when Read will not wait for axis 0, so that the serial line is served meanwhile. A source
// that cannot tell returns true.
bool Ready();

// Copies the current window of one axis, kWindow samples, to `samples`. Axis 0 waits for the next
// window (kHop samples after the last one) or returns kEndOfData; ask for all axes, in order.
// kSensorSilent: the sensor stopped; the next Read of axis 0 tries to start it again.
[[nodiscard]] Status Read(uint8_t axis, int16_t* samples);

// The source, flash text: a stored baseline belongs to it.
const char* Name();

// Samples that were lost since Begin.
uint32_t Lost();

}  // namespace sampler
}  // namespace thrum
