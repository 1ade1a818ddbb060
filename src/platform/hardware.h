#pragma once

// What the entry points of boards need beside console/console.h: serial line, light, time.
// arduino/console.cpp has it from Arduino's functions, avr/console.cpp from the registers, which saves
// the Nano 100 bytes of RAM.

#include <stdint.h>

#include "console/console.h"
#include "pipeline.h"

namespace thrum {

// Sets up serial line and light. Before anything else.
void BeginHardware();

void Light(bool on);
void Pause(uint16_t milliseconds);

// Shows the pipeline's state; called after every Step. Steady light: alarm. Quick blinking: fault.
// Dark: learning, healthy or at rest.
inline void ShowState() {
  const State state = pipeline::CurrentState();
  const bool blink = state == State::kFault && (Milliseconds() & 128) != 0;
  Light(state == State::kAlarm || blink);
}

}  // namespace thrum
