// ESP32: Preferences. NVS replaces a value as a whole and survives a loss of power on the way.

#include <Preferences.h>
#include <string.h>

#include "storage/storage.h"

namespace thrum {
namespace {

constexpr char kSpace[] = "thrum";
constexpr char kKey[] = "baseline";

Preferences preferences;
uint8_t image[Storage::kSize];
bool changed;

}  // namespace

bool Storage::Begin() {
  memset(image, 255, sizeof(image));
  changed = false;
  if (!preferences.begin(kSpace, false)) {
    return false;
  }
  if (preferences.getBytesLength(kKey) == sizeof(image)) {
    preferences.getBytes(kKey, image, sizeof(image));
  }
  return true;
}

uint8_t Storage::Read(uint16_t at) { return image[at]; }

void Storage::Write(uint16_t at, uint8_t value) {
  changed = changed || image[at] != value;
  image[at] = value;
}

void Storage::Flush() {
  if (changed) {
    changed = preferences.putBytes(kKey, image, sizeof(image)) != sizeof(image);
  }
}

uint16_t Storage::BytesAtOnce() { return UINT16_MAX; }

}  // namespace thrum
