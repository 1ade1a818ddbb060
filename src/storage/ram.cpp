// RAM: what is learned is lost with the power, and the boot report says so.

#include <string.h>

#include "storage/storage.h"

namespace thrum {
namespace {

uint8_t image[Storage::kSize];

}  // namespace

bool Storage::Begin() {
  memset(image, 255, sizeof(image));
  return false;
}

uint8_t Storage::Read(uint16_t at) { return image[at]; }
void Storage::Write(uint16_t at, uint8_t value) { image[at] = value; }
void Storage::Flush() {}
uint16_t Storage::BytesAtOnce() { return UINT16_MAX; }

}  // namespace thrum
