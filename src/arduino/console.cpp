#include "console.h"

#include <Arduino.h>

namespace thrum {

void WriteLine(const char* line) { Serial.println(line); }

int16_t ReadByte() { return static_cast<int16_t>(Serial.read()); }

uint32_t Milliseconds() { return millis(); }

}  // namespace thrum
