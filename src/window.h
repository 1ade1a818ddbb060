#pragma once

// The one buffer for the samples of a window: kWindow int16 counts of one axis. A board of 2 KB has no
// room for a second one, so it is used in turn:
//   the sampler, or commands.cpp for a host   fills it
//   pipeline::AddAxis                         transforms it in place
//   pipeline::Measure                         leaves the log bands in it; Judge uses them
// When Judge returns, nothing in it is needed any more and the sampler may fill it again. While raw
// samples are sent (raw_stream.cpp), Free says how far it may.

#include <stdint.h>

#include "model_params.h"

namespace thrum {
namespace window {

int16_t* Samples();

// Samples at the start of the buffer that a sampler may overwrite before its Read is called: kWindow,
// or fewer while the others still have to be sent.
uint16_t Free();
void SetFree(uint16_t samples);

}  // namespace window
}  // namespace thrum
