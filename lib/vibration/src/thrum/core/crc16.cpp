#include "thrum/core/crc16.h"

namespace thrum {

uint16_t Crc16Step(uint16_t crc, uint8_t byte) {
  crc = static_cast<uint16_t>(crc >> 8 | crc << 8);
  crc = static_cast<uint16_t>(crc ^ byte);
  crc = static_cast<uint16_t>(crc ^ (crc & 0xFF) >> 4);
  crc = static_cast<uint16_t>(crc ^ crc << 12);
  return static_cast<uint16_t>(crc ^ (crc & 0xFF) << 5);
}

}  // namespace thrum
