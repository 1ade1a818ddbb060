#include <Arduino.h>

#include "console/output.h"
#include "main.h"
#include "platform/hardware.h"
#include "thrum/core/line.h"
#include "thrum/core/progmem.h"

namespace {

void BlinkCode(uint8_t count) {
  for (; count != 0; --count) {
    thrum::Light(true);
    thrum::Pause(200);
    thrum::Light(false);
    thrum::Pause(300);
  }
}

// Nothing can go on: says why every few seconds and blinks the number of the status.
void Park(thrum::Status status) {
  for (;;) {
    thrum::Line& line = thrum::EmptyLine();
    line.Text(THRUM_TEXT("# stopped: ")).Text(thrum::Explain(status));
    thrum::PutLine();
    BlinkCode(static_cast<uint8_t>(status));
    thrum::Pause(2000);
  }
}

}  // namespace

void setup() {
  thrum::BeginHardware();
  const thrum::Status status = thrum::Start(thrum::kDefaultSettings);
  if (status != thrum::Status::kOk) {
    Park(status);
  }
}

void loop() {
  const thrum::Status status = thrum::Step();
  if (status != thrum::Status::kOk) {
    Park(status);
  }
  thrum::ShowState();
}
