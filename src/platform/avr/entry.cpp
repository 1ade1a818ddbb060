// The Nano's entry, in place of Arduino's main and ../entry.cpp: Arduino's sets up timers, converter
// and clock for functions that this firmware does not call. No Start or Step can fail here: sampler
// and engine are checked when they are compiled.

#include <avr/interrupt.h>

#include "console/console.h"
#include "main.h"
#include "pipeline.h"
#include "platform/arduino/hardware.h"

namespace {

// Steady light: alarm. Quick blinking: fault. Dark: learning or healthy.
void ShowState() {
  const thrum::State state = thrum::pipeline::CurrentState();
  const bool blink = state == thrum::State::kFault && (thrum::Milliseconds() & 128) != 0;
  thrum::Light(state == thrum::State::kAlarm || blink);
}

}  // namespace

int main() {
  sei();
  thrum::BeginHardware();
  (void)thrum::Start(thrum::DefaultSettings());
  for (;;) {
    (void)thrum::Step();
    ShowState();
  }
}
