#pragma once

// Facts of the board, for settings.h and identity.cpp. What the build says about this environment of
// platformio.ini: its name as THRUM_BOARD, the rate of its sensor as THRUM_RATE_HZ where that is not
// the model's, and, for identity.cpp alone, the hash of everything that determines the firmware as
// THRUM_FIRMWARE (tools/scons/firmware_hash.py).

#include <stdint.h>

#include "thrum/core/progmem.h"

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

// Flash text: eight hexadecimal digits.
inline const char* FirmwareHash() {
#if defined(THRUM_FIRMWARE)
  return THRUM_TEXT(THRUM_QUOTED(THRUM_FIRMWARE));
#else
  return THRUM_TEXT("unknown");
#endif
}

// The rate of this board's sensor; 0: that of model/config.toml.
#if defined(THRUM_RATE_HZ)
constexpr uint32_t kBoardRateHz = THRUM_RATE_HZ;
#else
constexpr uint32_t kBoardRateHz = 0;
#endif

}  // namespace thrum
