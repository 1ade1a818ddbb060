#include "console.h"

#include <stdio.h>

namespace thrum {

void WriteLine(const char* line) { puts(line); }

}  // namespace thrum
