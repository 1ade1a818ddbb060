#pragma once

// The loop that every target runs: sample, features, deviation, inference, decision, report. The entry
// points (platform/*/entry.cpp) call Start once and Step for ever.

#include "settings.h"
#include "thrum/core/status.h"

namespace thrum {

// Sets up sampler and engine and reports both. Anything but kOk: repeat Explain() and do not Step.
[[nodiscard]] Status Start(const Settings& settings);

// Executes what has arrived on the serial line, then takes one window if there is one: judges it and
// writes its telemetry line, or streams it. kEndOfData ends a replay.
[[nodiscard]] Status Step();

}  // namespace thrum
