#include "thrum/core/code_size.h"
#include "thrum/core/fixed_point.h"
#include "thrum/detection/baseline.h"

namespace thrum {
namespace {

constexpr uint16_t kMaxDeviation = 65280;           // Q12, as in baseline.cpp
constexpr uint8_t kPerDeviation = kOfAverages / 8;  // of a spread, Q12, per deviation in Q8

}  // namespace

// Out of line: every window's code comes by here, and one in thousands grows the baseline.
THRUM_OUT_OF_LINE void Baseline::Grow(const uint16_t* averages, uint16_t rms) {
  --data_.to_grow;
  const uint16_t k = static_cast<uint16_t>(kPrior + config_->grow - data_.to_grow);
  const uint16_t share = static_cast<uint16_t>(UINT32_C(65536) / k);
  const uint16_t tightest = static_cast<uint16_t>((UINT32_C(1) << 20) / config_->grown_spread);
  data_.rms += static_cast<uint32_t>(Step(this->rms(), rms, share, 128) >> 8);
  for (uint8_t b = 0; b < config_->bands; ++b) {
    const uint16_t spread = static_cast<uint16_t>((UINT32_C(1) << 24) / data_.spread[b]);
    const uint16_t mean = data_.mean[b];
    const uint16_t reach =
        static_cast<uint16_t>((spread * UINT32_C(5) >> 4) + 4 * config_->grown_spread);
    uint16_t distance = Distance(averages[b], mean);
    distance = distance < reach ? distance : reach;
    const uint16_t to =
        static_cast<uint16_t>(averages[b] > mean ? mean + distance : mean - distance);
    data_.mean[b] = Towards(mean, to, share, static_cast<uint16_t>(k * kWeyl));
    const uint32_t deviation = uint32_t{distance} * kPerDeviation;
    const uint16_t grown = Towards(
        spread, static_cast<uint16_t>(deviation < kMaxDeviation ? deviation : kMaxDeviation), share,
        UINT16_C(1) << 15);
    const uint32_t scale = (UINT32_C(1) << 24) / grown;
    data_.spread[b] = scale > tightest  ? tightest
                      : scale < kWidest ? kWidest
                                        : static_cast<uint16_t>(scale);
  }
}

}  // namespace thrum
