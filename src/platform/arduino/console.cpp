#include "console/console.h"

#include <Arduino.h>

#include "platform/hardware.h"

namespace thrum {
namespace {

constexpr uint32_t kWaitMs = 3000;  // for a host that opens a USB port; it may never do so

}  // namespace

void BeginHardware() {
  Serial.begin(THRUM_BAUD);
  while (!Serial && millis() < kWaitMs) {
  }
  pinMode(LED_BUILTIN, OUTPUT);
}

void Light(bool on) { digitalWrite(LED_BUILTIN, on ? HIGH : LOW); }

void Pause(uint16_t milliseconds) { delay(milliseconds); }

void WriteLine(const char* line) { Serial.println(line); }

int16_t ReadByte() { return static_cast<int16_t>(Serial.read()); }

uint16_t Milliseconds() { return static_cast<uint16_t>(millis()); }

}  // namespace thrum
