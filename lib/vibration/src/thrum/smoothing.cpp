#include "smoothing.h"

#include "fixed_point.h"

namespace thrum {

void Smoothing::Take(const uint16_t* log_bands, uint8_t bands, uint8_t log2_windows,
                     uint16_t* averages) {
  if (count_ < 1u << log2_windows) {
    ++count_;
  }
  uint8_t shift = 0;
  while (count_ >> (shift + 1) != 0) {
    ++shift;
  }
  for (uint8_t b = 0; b < bands; ++b) {
    const int32_t distance = static_cast<int32_t>(static_cast<uint16_t>(log_bands[b] << 2)) -
                             static_cast<int32_t>(average_[b]);
    average_[b] = static_cast<uint16_t>(average_[b] + RoundShift(distance, shift));
    averages[b] = static_cast<uint16_t>((static_cast<uint32_t>(average_[b]) + 2) >> 2);
  }
}

}  // namespace thrum
