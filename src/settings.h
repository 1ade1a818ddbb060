#pragma once

// What an installation may choose. Start (main.cpp) takes the choice once; everything in src reads it
// here. The values come from model/config.toml and, for the rate, from the environment (board.h).

#include <stdint.h>

#include "board.h"
#include "model_params.h"
#include "thrum/core/target.h"

namespace thrum {

struct Settings {
  uint32_t rate_hz;           // of the installed sensor
  uint16_t baseline_windows;  // windows to learn from, kFewestWindows to kMostWindows
  uint8_t states;             // operating states to learn, 1 to kMostStates
};

constexpr Settings kDefaultSettings = {kBoardRateHz != 0 ? kBoardRateHz : model::kRateHz,
                                       model::kBaseline.windows, model::kOperation.states};

namespace settings {

extern Settings chosen;  // for Present alone

inline void Choose(const Settings& choice) { chosen = choice; }

// Valid from Start on. Where nothing can choose (THRUM_FIXED_SETTINGS) these are constants, which
// saves an ATmega328P 200 bytes of flash.
inline const Settings& Present() { return THRUM_FIXED_SETTINGS ? kDefaultSettings : chosen; }

uint32_t RateHz();

}  // namespace settings
}  // namespace thrum
