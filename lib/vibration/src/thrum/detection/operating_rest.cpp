#include "thrum/detection/operating_state.h"

namespace thrum {
namespace {

constexpr uint16_t kWake = 256;  // Q8, hysteresis of the machine at rest

}  // namespace

// Of a machine that is quiet: whether it stands still or runs down.
bool Operation::Silent(const uint16_t* recent) {
  const uint8_t bands = states_[0].config().bands;
  uint32_t sum = 0;
  for (uint8_t b = 0; b < bands; ++b) {
    sum += recent[b];
  }
  const uint16_t loudest = Loudest(recent, bands);
  const bool flat = loudest <= sum / bands + kFlat;
  if (quiet_ == 0 || (!flat && loudest + kWake < lowest_)) {
    lowest_ = loudest;
    quiet_ = 1;
  } else if (flat) {
    quiet_ = static_cast<uint8_t>(quiet_ - (quiet_ > 1));
  } else if (quiet_ != kQuiet) {
    ++quiet_;
  }
  return flat || quiet_ != kQuiet || !states_[present()].ready();
}

bool Operation::AtRest(uint16_t level, const uint16_t* recent) {
  uint16_t quietest = UINT16_MAX;
  for (uint8_t s = 0; s < kMostStates; ++s) {
    if (Settled(s)) {
      const uint16_t of_state = states_[s].Level();
      quietest = of_state < quietest ? of_state : quietest;
    }
  }
  const bool known = quietest != UINT16_MAX;
  const uint16_t wakes = static_cast<uint16_t>(known ? quietest + kWake : 0);
  const uint16_t least = static_cast<uint16_t>(level + config_.idle_drop);
  low_ = known && least < (low_ ? wakes : quietest);
  if (!low_ && Loudest(recent, states_[0].config().bands) + config_.idle_drop >= wakes) {
    quiet_ = 0;
  }
  return low_ && Silent(recent);
}

}  // namespace thrum
