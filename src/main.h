#pragma once

// The loop that every target runs: sample, features, deviation, inference, decision, report. The
// entry points (src/platform/*/entry.cpp) call Start once and Step for ever.

#include <stdint.h>

#include "thrum/core/status.h"

namespace thrum {

struct Settings {
  uint32_t rate_hz;           // of the installed sensor
  uint16_t baseline_windows;  // windows to learn from, kFewestWindows to kMostWindows
  uint8_t states;             // operating states to learn, 1 to kMostStates
};

// The values of model/config.toml.
Settings DefaultSettings();

// Of the installed sensor, from Start on. For everything behind Step.
uint32_t RateHz();

// Sets up sampler and engine and reports both. Anything but kOk: repeat Explain() and do not Step.
[[nodiscard]] Status Start(const Settings& settings);

// Executes what has arrived on the serial line, then takes one window if there is one: judges it and
// writes its telemetry line, or streams it. kEndOfData ends a replay.
[[nodiscard]] Status Step();

}  // namespace thrum
