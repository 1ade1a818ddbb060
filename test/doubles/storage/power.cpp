// The storage of a board on the host, losing power at every step of storing a second baseline: the
// first or the second comes back, whole. Built by test/python/src/test_storage.py for each of the boards.

#include <stdio.h>
#include <string.h>

#include "storage/storage.h"

#if defined(THRUM_FLASH_IAP)
#include "FlashIAP.h"
uint8_t mbed::FlashIAP::cells[mbed::FlashIAP::kSize];
uint32_t mbed::FlashIAP::steps_left;
bool mbed::FlashIAP::misused;
using Double = mbed::FlashIAP;
static void Blank() { memset(Double::cells, 255, sizeof(Double::cells)); }
static bool Misused() { return Double::misused; }
#else
#include "Preferences.h"
std::string Preferences::value;
uint32_t Preferences::steps_left;
using Double = Preferences;
static void Blank() { Double::value.clear(); }
static bool Misused() { return false; }
#endif

using namespace thrum;

namespace {

const BaselineConfig kBaseline = {16, 64, 32, kOfWindows, 0, 0, 64};
const OperationConfig kOperation = {1, 1024, 384, 1, 2, 2, 2, 4};
const RecordHeader kMine = {0, kRecordVersion, {'m'}, 7, 3200, 16, 32, 1};

void Store(uint16_t level) {
  Operation operation(kBaseline, kOperation);
  operation.Reset();
  uint16_t row[32];
  for (uint16_t& band : row) {
    band = level;
  }
  uint16_t averages[32];
  uint8_t z[32];
  for (int i = 0; i < 16; ++i) {
    (void)operation.Take(row, level, averages, z);
  }
  BaselineStore<Storage> stored;
  uint16_t windows = 16;
  (void)stored.Find(kMine, &windows);
  stored.Begin();
  while (stored.Step(kMine, operation)) {
  }
}

// The level that comes back after the power does; 0 if none, 1 if it is a mixture.
uint16_t Restored() {
  Storage::Begin();
  Operation operation(kBaseline, kOperation);
  operation.Reset();
  BaselineStore<Storage> stored;
  uint16_t windows = 0;
  if (stored.Find(kMine, &windows) != Stored::kRestored) {
    return 0;
  }
  stored.Load(&operation);
  const BaselineData& data = operation.data(0);
  for (uint16_t mean : data.mean) {
    if (mean != data.mean[0] || data.rms >> 8 != data.mean[0]) {
      return 1;
    }
  }
  return data.mean[0];
}

}  // namespace

int main() {
  uint32_t old = 0;
  uint32_t steps = 0;
  for (uint16_t level = 0; level != 3000; ++steps) {
    Blank();
    Double::steps_left = UINT32_MAX;
    Storage::Begin();
    Store(1000);
    Store(2000);
    Double::steps_left = steps;
    Store(3000);
    level = Restored();
    old += level == 2000;
    if (level != 2000 && level != 3000) {
      printf("power lost after %u steps: level %u\n", steps, level);
      return 1;
    }
    if (steps > 10000 || Misused()) {
      printf("%s\n", Misused() ? "the flash is misused" : "never stored");
      return 1;
    }
  }
  printf("steps:%u old:%u\n", steps, old);
  return 0;
}
