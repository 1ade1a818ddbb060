#pragma once

// The serial line, or stdin and stdout on the host. One implementation is linked per environment.

#include <stdint.h>

namespace thrum {

// Writes one line and ends it. `line` is in RAM.
void WriteLine(const char* line);

// The next byte that has arrived, or -1. Never waits.
int16_t ReadByte();

// Time since some moment before Start; wraps after 65 s.
uint16_t Milliseconds();

}  // namespace thrum
