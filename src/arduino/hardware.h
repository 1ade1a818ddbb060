#pragma once

// What entry.cpp needs beside console.h. console.cpp has it from Arduino's functions;
// avr/console.cpp from the registers, which saves the Nano 100 bytes of RAM.

#include <stdint.h>

namespace thrum {

// Sets up serial line and LED.
void BeginHardware();

void Light(bool on);
void Pause(uint16_t milliseconds);

}  // namespace thrum
