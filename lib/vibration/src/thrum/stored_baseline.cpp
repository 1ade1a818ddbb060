#include "stored_baseline.h"

namespace thrum {

uint8_t StatesOf(const Operation& operation) {
  const uint8_t count = operation.ready();
  uint8_t states = count;
  for (uint8_t s = 0; s < kMostStates && s < count; ++s) {
    states = static_cast<uint8_t>(states | (operation.tried(s) ? 16u << s : 0u));
  }
  return states;
}

const char* Explain(Stored stored) {
  return FlashText(THRUM_TEXT("restored\0"
                              "nothing stored\0"
                              "damaged\0"
                              "of another version\0"
                              "for another model\0"
                              "for another sensor\0"
                              "for another rate\0"),
                   static_cast<uint8_t>(stored));
}

}  // namespace thrum
