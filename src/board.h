#pragma once

// What the build says about this environment of platformio.ini: its name as THRUM_BOARD, and the
// rate of its sensor as THRUM_RATE_HZ where that is not the model's.

#include <stdint.h>

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

// The rate of this board's sensor; 0: that of model/config.toml.
#if defined(THRUM_RATE_HZ)
constexpr uint32_t kBoardRateHz = THRUM_RATE_HZ;
#else
constexpr uint32_t kBoardRateHz = 0;
#endif

}  // namespace thrum
