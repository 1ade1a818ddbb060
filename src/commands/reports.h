#pragma once

// What the firmware says of its windows: events behind '#', then the telemetry line. Called by main.cpp
// once per window.

#include <stdint.h>

#include "pipeline.h"

namespace thrum {

void ReportWindow(const pipeline::Judgement& judgement);

}  // namespace thrum
