#pragma once

// CRC-16/CCITT, polynomial 0x1021: the checksum of the serial line (protocol/requests.h, start value 0) and of
// the stored baseline (detection/baseline_store.h, start value 0xFFFF).

#include <stdint.h>

namespace thrum {

// The checksum of what came before, and one more byte.
uint16_t Crc16Step(uint16_t crc, uint8_t byte);

}  // namespace thrum
