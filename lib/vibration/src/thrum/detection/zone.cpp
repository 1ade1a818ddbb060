#include "thrum/detection/zone.h"

namespace thrum {
namespace {

// Whether the limit counts as passed, after this window.
bool Passed(bool above, uint8_t* count, bool passed) {
  if (above) {
    *count = static_cast<uint8_t>(*count + (*count != kZoneWindows));
    return passed || *count == kZoneWindows;
  }
  *count = static_cast<uint8_t>(*count - (*count != 0));
  return passed && *count != 0;
}

}  // namespace

void ZoneWatch::Reset() {
  above_b_ = 0;
  above_c_ = 0;
  in_c_ = false;
  in_d_ = false;
}

void ZoneWatch::Take(const ZoneLimits& limits, uint16_t velocity) {
  in_c_ = Passed(velocity > limits.b, &above_b_, in_c_);
  in_d_ = Passed(velocity > limits.c, &above_c_, in_d_);
}

}  // namespace thrum
