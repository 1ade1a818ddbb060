#pragma once

// Zones of ISO 20816-3 or ISO 10816-1 by the velocity of a machine: an alarm that no baseline and no
// trial can learn away. Called by src/pipeline.cpp with every window that was sampled, where
// config.toml says what the machine is; the Python twin is thrum/reference/zone.py.
//
// A zone is entered when its limit was passed by more windows than not, kZoneWindows more since it was
// last left (a count that rises and falls by one, 0 to kZoneWindows), and left when that count is 0
// again: 32 windows at least, 2.6 s at 3.2 kHz, because one window alone is mostly noise.
// thrum/plant/zones.py has the limits and where they are written.

#include <stdint.h>

namespace thrum {

constexpr uint8_t kZoneWindows = 32;

// Velocity RMS, Q8 mm/s. Both 0: no zones.
struct ZoneLimits {
  uint16_t b;  // upper limit of zone B: above it a repair is to be planned
  uint16_t c;  // upper limit of zone C: above it the machine may be damaged
};

enum class Zone : uint8_t { kUpToB, kC, kD };

class ZoneWatch {
 public:
  void Reset();

  // Takes a window's velocity, Q8 mm/s.
  void Take(const ZoneLimits& limits, uint16_t velocity);

  Zone zone() const { return in_d_ ? Zone::kD : in_c_ ? Zone::kC : Zone::kUpToB; }

 private:
  uint8_t above_b_ = 0;
  uint8_t above_c_ = 0;
  bool in_c_ = false;
  bool in_d_ = false;
};

}  // namespace thrum
