#pragma once

// A board's analog-to-digital converter under a timer: adc_esp32.cpp or adc_mbed.cpp
// (`custom_bus` in platformio.ini), with the driver analog.cpp.

#include <stdint.h>

namespace thrum {
namespace imu {
namespace adc {

// Called for every conversion, in an interrupt or a task: the value and the time when it began, by
// any clock that counts microseconds and wraps.
using Take = void (*)(uint16_t value, uint32_t now_us);

// Conversions per second that leave the processor most of its time.
uint32_t MaxRate();

// One conversion every period_us from now on. False if pin or timer cannot be had.
bool Start(uint32_t period_us, Take take);

// No conversion after it returns. Before Start it does nothing.
void Stop();

// The voltage of a converted value, 65536 = the supply of 3.3 V.
uint16_t ShareOfSupply(uint16_t value);

}  // namespace adc
}  // namespace imu
}  // namespace thrum
