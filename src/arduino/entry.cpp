#include <Arduino.h>

#include "console.h"
#include "firmware.h"
#include "pipeline.h"
#include "thrum/progmem.h"
#include "thrum/telemetry.h"

namespace {

constexpr uint32_t kBaud = 115200;

// Steady light: alarm. Quick blinking: fault. Dark: learning or healthy.
void ShowState() {
  const thrum::State state = thrum::pipeline::CurrentState();
  const bool blink = state == thrum::State::kFault && (millis() & 128) != 0;
  digitalWrite(LED_BUILTIN, state == thrum::State::kAlarm || blink ? HIGH : LOW);
}

void BlinkCode(uint8_t count) {
  for (; count != 0; --count) {
    digitalWrite(LED_BUILTIN, HIGH);
    delay(200);
    digitalWrite(LED_BUILTIN, LOW);
    delay(300);
  }
}

// Nothing can go on: says why every few seconds and blinks the number of the status.
void Park(thrum::Status status) {
  for (;;) {
    thrum::Line line;
    line.Text(THRUM_TEXT("# stopped: ")).Text(thrum::Explain(status));
    thrum::WriteLine(line.c_str());
    BlinkCode(static_cast<uint8_t>(status));
    delay(2000);
  }
}

}  // namespace

void setup() {
  pinMode(LED_BUILTIN, OUTPUT);
  Serial.begin(kBaud);
  const thrum::Status status = thrum::Start(thrum::DefaultSettings());
  if (status != thrum::Status::kOk) {
    Park(status);
  }
}

void loop() {
  const thrum::Status status = thrum::Step();
  if (status != thrum::Status::kOk) {
    Park(status);
  }
  ShowState();
}
