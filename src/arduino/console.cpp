#include "console.h"

#include <Arduino.h>

#include "hardware.h"

namespace thrum {

void BeginHardware() {
  Serial.begin(115200);
  pinMode(LED_BUILTIN, OUTPUT);
}

void Light(bool on) { digitalWrite(LED_BUILTIN, on ? HIGH : LOW); }

void Pause(uint16_t milliseconds) { delay(milliseconds); }

void WriteLine(const char* line) { Serial.println(line); }

int16_t ReadByte() { return static_cast<int16_t>(Serial.read()); }

uint32_t Milliseconds() { return millis(); }

}  // namespace thrum
