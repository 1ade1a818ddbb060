#pragma once

// Header of a 16-bit PCM WAV file, read from a stream that need not be seekable. Used by replay.cpp.

#include <stdint.h>
#include <stdio.h>

#include "thrum/core/status.h"

namespace thrum {

struct WavFormat {
  uint16_t channels;
  uint32_t rate_hz;
  uint32_t data_bytes;  // 0 or 0xFFFFFFFF: not known, up to the end of the stream
};

// Leaves the stream at the first sample. kSourceCorrupt if it is not 16-bit PCM.
[[nodiscard]] Status ReadWavHeader(FILE* file, WavFormat* format);

}  // namespace thrum
