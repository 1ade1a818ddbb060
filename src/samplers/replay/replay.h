#pragma once

// The replay sampler: what to replay and how fast. Set by entry.cpp before Start. Without a file it
// delivers nothing, and the host on the serial line is the sampler.

#include <stdint.h>

namespace thrum {

struct ReplayOptions {
  const char* path;  // "-" is stdin, nullptr is no file
  bool raw;          // int16 little-endian, interleaved, without a header
  uint8_t axes;      // of a raw stream; a WAV file says it itself
  bool realtime;     // wait as long as the recording took
};

void SetReplay(const ReplayOptions& options);

// Waits for the host's next byte or the next window, whichever comes first; without either, a moment.
// Called before every Step: Ready itself never waits, for it is asked between the lines of a window.
void AwaitReplay();

// After kEndOfData: a sentence if the recording was not what it claimed to be, else nullptr.
const char* ReplayComplaint();

}  // namespace thrum
