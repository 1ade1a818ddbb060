#pragma once

// Executes what the host sends, as lib/vibration/PROTOCOL.md describes it. Called by Step.

#include <stdint.h>

namespace thrum {

// Who supplies windows, and what becomes of them.
enum class Mode : uint8_t {
  kJudge,  // the sampler; judged, one telemetry line each
  kRaw,    // the sampler; streamed as they are, until the host has been silent for kRawTimeoutMs
  kFed,    // the host, until it has been silent for kFedTimeoutMs
};

// Silent: no line has been accepted. A host that has been killed must not end the monitoring.
constexpr uint16_t kRawTimeoutMs = 5000;
constexpr uint16_t kFedTimeoutMs = 2000;

// Executes every line that has arrived, without waiting.
Mode ServeLine();

}  // namespace thrum
