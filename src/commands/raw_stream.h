#pragma once

// Streams samples as they are, for recording: "!r SEQ base64(int16...)" lines.

#include <stdint.h>

#include "thrum/core/status.h"

namespace thrum {

// Numbers the next line 0.
void RestartRawStream();

// Sends the new samples of the sampler's next window, axis by axis, and "!lost TOTAL" after a gap.
[[nodiscard]] Status StreamWindow();

}  // namespace thrum
