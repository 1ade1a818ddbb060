#pragma once

// Who this firmware is. For the boot report and for `?`.

#include "thrum/core/line.h"

namespace thrum {

// "engine:aot model:a4497678a1c2 firmware:0b7c61f2 board:nano arena:24"
void AppendIdentity(Line* line);

}  // namespace thrum
