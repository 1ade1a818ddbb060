#pragma once

// The serial line, or stdout on the host. One implementation is linked per environment.

namespace thrum {

// Writes one line and ends it. `line` is in RAM.
void WriteLine(const char* line);

}  // namespace thrum
