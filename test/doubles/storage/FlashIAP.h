#pragma once

// Flash as mbed offers it, on the host: erasing sets a sector to ones, programming only clears bits and
// wants whole pages of erased cells. Loses power after `steps_left` programmed pages or erased sectors.

#include <stdint.h>
#include <string.h>

namespace mbed {

class FlashIAP {
 public:
  static constexpr uint32_t kSize = 16384;
  static constexpr uint32_t kSector = 4096;
  static constexpr uint32_t kPage = 4;
  static uint8_t cells[kSize];
  static uint32_t steps_left;
  static bool misused;

  int init() { return 0; }
  uint32_t get_page_size() const { return kPage; }
  uint32_t get_sector_size(uint32_t) const { return kSector; }
  uint32_t get_flash_start() const { return 0; }
  uint32_t get_flash_size() const { return kSize; }

  int read(void* to, uint32_t at, uint32_t size) {
    memcpy(to, cells + at, size);
    return 0;
  }

  int erase(uint32_t at, uint32_t size) {
    misused = misused || at % kSector != 0 || size % kSector != 0 || at + size > kSize;
    if (Step()) {
      memset(cells + at, 255, size);
    }
    return 0;
  }

  int program(const void* from, uint32_t at, uint32_t size) {
    misused = misused || at % kPage != 0 || size % kPage != 0 || at + size > kSize;
    for (uint32_t done = 0; done < size && Step(); done += kPage) {
      for (uint32_t i = done; i < done + kPage; ++i) {
        misused = misused || cells[at + i] != 255;
        cells[at + i] = static_cast<const uint8_t*>(from)[i];
      }
    }
    return 0;
  }

 private:
  static bool Step() {
    if (steps_left == 0) {
      return false;
    }
    --steps_left;
    return true;
  }
};

}  // namespace mbed
