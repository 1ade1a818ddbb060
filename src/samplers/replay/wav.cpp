#include "samplers/replay/wav.h"

#include <string.h>

namespace thrum {
namespace {

constexpr uint16_t kPcm = 1;
constexpr uint16_t kExtensible = 0xFFFE;

uint16_t Little16(const uint8_t* at) { return static_cast<uint16_t>(at[0] | at[1] << 8); }
uint32_t Little32(const uint8_t* at) {
  return Little16(at) | static_cast<uint32_t>(Little16(at + 2)) << 16;
}

// Chunks are padded to even sizes, hence 64 bits.
bool Skip(FILE* file, uint64_t bytes) {
  uint8_t discarded[512];
  while (bytes != 0) {
    const size_t wanted = bytes < sizeof(discarded) ? bytes : sizeof(discarded);
    if (fread(discarded, 1, wanted, file) != wanted) {
      return false;
    }
    bytes -= wanted;
  }
  return true;
}

uint64_t Padded(uint32_t size) { return static_cast<uint64_t>(size) + (size & 1); }

bool ReadFormat(FILE* file, uint32_t size, WavFormat* format) {
  uint8_t body[16];
  if (size < sizeof(body) || fread(body, 1, sizeof(body), file) != sizeof(body)) {
    return false;
  }
  const uint16_t tag = Little16(body);
  format->channels = Little16(body + 2);
  format->rate_hz = Little32(body + 4);
  const bool is_pcm16 = (tag == kPcm || tag == kExtensible) && Little16(body + 14) == 16;
  return is_pcm16 && Skip(file, Padded(size) - 16);
}

}  // namespace

Status ReadWavHeader(FILE* file, WavFormat* format) {
  uint8_t riff[12];
  if (fread(riff, 1, sizeof(riff), file) != sizeof(riff) || memcmp(riff, "RIFF", 4) != 0 ||
      memcmp(riff + 8, "WAVE", 4) != 0) {
    return Status::kSourceCorrupt;
  }
  format->channels = 0;
  uint8_t chunk[8];
  while (fread(chunk, 1, sizeof(chunk), file) == sizeof(chunk)) {
    const uint32_t size = Little32(chunk + 4);
    if (memcmp(chunk, "data", 4) == 0) {
      format->data_bytes = size;
      return format->channels == 0 ? Status::kSourceCorrupt : Status::kOk;
    }
    const bool is_format = memcmp(chunk, "fmt ", 4) == 0;
    if (!(is_format ? ReadFormat(file, size, format) : Skip(file, Padded(size)))) {
      break;
    }
  }
  return Status::kSourceCorrupt;
}

}  // namespace thrum
