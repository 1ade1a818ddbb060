#include "thrum/detection/smoothing.h"

#include "thrum/core/fixed_point.h"

namespace thrum {

void Smoothing::Take(const uint16_t* log_bands, uint8_t bands, uint8_t log2_windows,
                     uint16_t* averages) {
  count_ = Covers(log2_windows) ? static_cast<uint16_t>(1u << log2_windows)
                                : static_cast<uint16_t>(count_ + 1);
  uint16_t share = 0;  // 2^(16 - s), 0 where that is the whole
  for (uint16_t left = count_; left > 1; left >>= 1) {
    share = share == 0 ? uint16_t{1u << 15} : static_cast<uint16_t>(share >> 1);
  }
  phase_ = static_cast<uint16_t>(phase_ + kWeyl);
  for (uint8_t b = 0; b < bands; ++b) {
    const uint16_t fine = static_cast<uint16_t>(log_bands[b] << 2);
    average_[b] = Towards(average_[b], fine, share, phase_);
    averages[b] = static_cast<uint16_t>((average_[b] + 2u) >> 2);  // average_ is at most 65532
  }
}

bool Smoothing::Covers(uint8_t log2_windows) const { return count_ >> log2_windows != 0; }

}  // namespace thrum
