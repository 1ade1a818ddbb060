#pragma once

// The one line that is being built. Every Line is written before the next one begins, and a board of
// 2 KB has no stack for two.

#include "thrum/core/code_size.h"
#include "thrum/core/line.h"

namespace thrum {

extern Line the_line;

// Emptied. Valid until the next call.
THRUM_INLINED inline Line& EmptyLine() {
  the_line.Clear();
  return the_line;
}

// Writes the line; sealed: with its checksum.
void PutLine();
void PutSealedLine();

}  // namespace thrum
