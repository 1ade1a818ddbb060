#pragma once

// The file that keeps the baseline. Set by entry.cpp before Start; without one it is volatile.

namespace thrum {

void SetBaselineFile(const char* path);

}  // namespace thrum
