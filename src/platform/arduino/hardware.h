#pragma once

// The entry points of arduino/ and avr/ need this beside console/console.h. arduino/console.cpp has it
// from Arduino's functions, avr/console.cpp from the registers, which saves the Nano 100 bytes of RAM.

#include <stdint.h>

namespace thrum {

// Sets up serial line and LED.
void BeginHardware();

void Light(bool on);
void Pause(uint16_t milliseconds);

}  // namespace thrum
