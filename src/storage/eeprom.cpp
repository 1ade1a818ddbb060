// EEPROM of the ATmega328P: 100,000 writes per cell, 3.4 ms each.

#include <avr/eeprom.h>

#include "storage/storage.h"

namespace thrum {
namespace {

static_assert(Storage::kSize <= E2END + 1, "two slots must fit");

uint8_t* Cell(uint16_t at) { return reinterpret_cast<uint8_t*>(at); }

}  // namespace

bool Storage::Begin() { return true; }

uint8_t Storage::Read(uint16_t at) { return eeprom_read_byte(Cell(at)); }

// Cells that hold the value already are spared.
void Storage::Write(uint16_t at, uint8_t value) { eeprom_update_byte(Cell(at), value); }

void Storage::Flush() { eeprom_busy_wait(); }

// The sampler's ring holds what arrives meanwhile.
uint16_t Storage::BytesAtOnce() { return 1; }

}  // namespace thrum
