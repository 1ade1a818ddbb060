#pragma once

// The memory that keeps the learned baseline when the power is off, as
// thrum/detection/baseline_store.h takes it. One implementation is linked per environment:
//   eeprom.cpp     EEPROM of the ATmega328P
//   nvs.cpp        ESP32: Preferences
//   flash_iap.cpp  mbed: two pages at the end of the flash
//   file.cpp       a file on the host; without one it is volatile
//   ram.cpp        RAM: volatile

#include <stdint.h>

#include "thrum/detection/baseline_store.h"

namespace thrum {

struct Storage {
  static constexpr uint16_t kSize = 2 * kSlotSize;

  // Before anything else. False: it cannot be used, or loses everything with the power.
  static bool Begin();

  static uint8_t Read(uint16_t at);
  static void Write(uint16_t at, uint8_t value);
  static void Flush();

  // That may be written between two looks at the sampler.
  static uint16_t BytesAtOnce();
};

}  // namespace thrum
