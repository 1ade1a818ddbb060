// mbed: the last two sectors of the flash, one per slot. A sector is erased, then programmed from its
// second unit on; the first unit holds the slot's sequence and comes last.

#include <FlashIAP.h>
#include <string.h>

#include "storage/storage.h"

namespace thrum {
namespace {

constexpr uint32_t kUnit = 8;  // a multiple of what the flash programs at once (nRF52: 4)
constexpr uint32_t kImageSize = (kSlotSize + kUnit - 1) / kUnit * kUnit;

mbed::FlashIAP flash;
alignas(8) uint8_t images[2][kImageSize];
bool changed[2];

uint32_t Sector(uint8_t slot) {
  const uint32_t end = flash.get_flash_start() + flash.get_flash_size();
  return end - (2u - slot) * flash.get_sector_size(end - 1);
}

void Program(uint8_t slot) {
  const uint32_t sector = Sector(slot);
  if (flash.erase(sector, flash.get_sector_size(sector)) == 0 &&
      flash.program(images[slot] + kUnit, sector + kUnit, kImageSize - kUnit) == 0) {
    changed[slot] = flash.program(images[slot], sector, kUnit) != 0;
  }
}

}  // namespace

bool Storage::Begin() {
  memset(images, 255, sizeof(images));
  if (flash.init() != 0 || kUnit % flash.get_page_size() != 0) {
    return false;
  }
  for (uint8_t slot = 0; slot < 2; ++slot) {
    flash.read(images[slot], Sector(slot), kImageSize);
    changed[slot] = false;
  }
  return true;
}

uint8_t Storage::Read(uint16_t at) { return images[at / kSlotSize][at % kSlotSize]; }

void Storage::Write(uint16_t at, uint8_t value) {
  const uint8_t slot = static_cast<uint8_t>(at / kSlotSize);
  uint8_t* byte = &images[slot][at % kSlotSize];
  changed[slot] = changed[slot] || *byte != value;
  *byte = value;
}

void Storage::Flush() {
  for (uint8_t slot = 0; slot < 2; ++slot) {
    if (changed[slot]) {
      Program(slot);
    }
  }
}

uint16_t Storage::BytesAtOnce() { return UINT16_MAX; }

}  // namespace thrum
