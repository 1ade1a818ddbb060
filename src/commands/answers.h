#pragma once

// What the firmware answers to a request, each a sealed line. Called by commands.cpp.

#include <stdint.h>

#include "commands/commands.h"
#include "pipeline.h"
#include "thrum/protocol/requests.h"

namespace thrum {
namespace answer {

void Error(LineError error);
void Identity();  // two lines
void StatusOf(Mode mode);
void Severity();

// form: flash text with one '%'.
void Number(const char* form, uint16_t value);

// The engine's output.
void Scores(const int8_t* scores);

// log_bands: kBands values, Q8.
void LogBands(const uint16_t* log_bands);

// Deviations and decision: two lines.
void Judged(const pipeline::Judgement& judgement);

void PresentThresholds();

}  // namespace answer
}  // namespace thrum
