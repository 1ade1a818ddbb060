#pragma once

// The name of this environment in platformio.ini, which the build defines as THRUM_BOARD.

#include "thrum/progmem.h"

#define THRUM_QUOTED_(name) #name
#define THRUM_QUOTED(name) THRUM_QUOTED_(name)

namespace thrum {

// Flash text.
inline const char* BoardName() {
#if defined(THRUM_BOARD)
  return THRUM_TEXT(THRUM_QUOTED(THRUM_BOARD));
#else
  return THRUM_TEXT("unnamed");
#endif
}

}  // namespace thrum
