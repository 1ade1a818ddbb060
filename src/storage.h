#pragma once

// The memory that keeps the learned baseline when the power is off, as thrum/stored_baseline.h takes
// it. One implementation is linked per environment:
//   src/arduino/avr/storage.cpp   EEPROM of the ATmega328P
//   src/storage/nvs.cpp           ESP32: Preferences
//   src/storage/flash_iap.cpp     mbed: two pages at the end of the flash
//   src/native/storage.cpp        a file; without one it is volatile
//   src/qemu/storage.cpp          RAM: volatile

#include <stdint.h>

#include "thrum/stored_baseline.h"

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
