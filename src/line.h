#pragma once

// The one line that is being built. Every Line is written before the next one begins, and a board of
// 2 KB has no stack for two.

#include "thrum/telemetry.h"

namespace thrum {

// Emptied. Valid until the next call.
Line& EmptyLine();

}  // namespace thrum
