// The Nano's entry, in place of Arduino's main and ../entry.cpp: Arduino's sets up timers, converter
// and clock for functions that this firmware does not call. No Start or Step can fail here: sampler
// and engine are checked when they are compiled.

#include <avr/interrupt.h>

#include "main.h"
#include "platform/hardware.h"

int main() {
  sei();
  thrum::BeginHardware();
  (void)thrum::Start(thrum::kDefaultSettings);
  for (;;) {
    (void)thrum::Step();
    thrum::ShowState();
  }
}
