#pragma once

// Lines for people about what lasts longer than a window: a fault that comes and goes, a machine that is
// quieter or at rest for longer than ever, how far a trial has gone. Called by reports.cpp.

#include "pipeline.h"

namespace thrum {

// After every window, of which window_count have been judged. raised: an alarm begins with it.
void WriteRemarks(const pipeline::Judgement& judgement, uint32_t window_count, bool raised);

}  // namespace thrum
