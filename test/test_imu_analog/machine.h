#pragma once

// A converter, its timer and the clock, all played: time passes only when somebody looks at the
// clock, and ticks come in between.

#include <stdint.h>

#include "../../src/samplers/analog/adc.h"

struct Machine {
  uint32_t now_us = 0;
  uint32_t look_us = 7;     // that a look at the clock takes
  uint32_t period_us = 0;   // what Start asked for; 0: stopped
  uint32_t slowness = 1;    // periods of the timer that come instead of one
  uint32_t due_us = 0;      // of the next tick
  uint32_t ticks = 0;       // conversions so far
  uint32_t drop_every = 0;  // ticks of which one never comes; 0: none
  uint32_t latency_us = 0;  // of odd ticks
  bool refuses = false;     // Start fails
  uint16_t (*voltage)(uint32_t tick) = nullptr;
  thrum::imu::adc::Take take = nullptr;

  void Pass(uint32_t microseconds) {
    const uint32_t end = now_us + microseconds;
    while (period_us != 0 && static_cast<int32_t>(end - due_us) >= 0) {
      Tick();
    }
    now_us = end;
  }

 private:
  void Tick() {
    const uint32_t tick = ticks++;
    const uint32_t at = due_us + (tick % 2 != 0 ? latency_us : 0);
    due_us += period_us * slowness;
    if (drop_every == 0 || tick % drop_every != drop_every - 1) {
      take(voltage(tick), at);
    }
  }
};

extern Machine machine;
