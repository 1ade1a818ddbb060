// ADXL335, one axis, on the board's own converter: supply 3.3 V, X output at THRUM_ANALOG_PIN. Its
// filter capacitor sets the bandwidth, 1 / (2 pi 32 kOhm C): the 100 nF of usual breakouts pass 50 Hz,
// 3.3 nF pass 1.5 kHz. Say which with THRUM_ANALOG_BANDWIDTH_HZ, at most half the rate.

#include "samplers/analog/adc.h"
#include "samplers/analog/timed_ring.h"
#include "samplers/imu/driver.h"

#ifndef THRUM_ANALOG_BANDWIDTH_HZ
#define THRUM_ANALOG_BANDWIDTH_HZ 50
#endif

namespace thrum {
namespace imu {
namespace driver {
namespace {

constexpr uint32_t kLeastRate = 100;  // slower, and TimedRing's half periods are no jitter any more
constexpr uint16_t kBandwidthHz = THRUM_ANALOG_BANDWIDTH_HZ;

// The sensor is ratiometric: 0 g is half the supply, 1 g a tenth (6553.6 of 65536) and 2048 counts, so
// the ratio is 5 / 16. Beyond its typical range of 3.6 g a sample counts as clipped.
constexpr int32_t kZero = 32768;
constexpr int32_t kLimit = 23593;

TimedRing ring;
TimedRing::Sample next;
bool has_next;

void Keep(uint16_t value, uint32_t now_us) { ring.Add(value, now_us); }

int16_t Counts(uint16_t value) {
  const int32_t deviation = adc::ShareOfSupply(value) - kZero;
  if (deviation >= kLimit) {
    return 32767;
  }
  return deviation <= -kLimit ? -32767 : static_cast<int16_t>(deviation * 5 / 16);
}

// Timers count microseconds: 3200 Hz is 313 us, in truth 3195 Hz. No rate is off by more than 0.5 %.
uint32_t Period(uint32_t rate_hz) { return (1000000 + rate_hz / 2) / rate_hz; }

bool IsOffered(uint32_t rate_hz) {
  return rate_hz >= kLeastRate && rate_hz <= adc::MaxRate() && rate_hz >= 2 * kBandwidthHz;
}

}  // namespace

const char* Name() { return "analog"; }

uint8_t Axes() { return 1; }

uint16_t Bandwidth(uint32_t rate_hz) { return IsOffered(rate_hz) ? kBandwidthHz : 0; }

Status Open(uint32_t rate_hz) {
  if (!IsOffered(rate_hz)) {
    return Status::kRateMismatch;
  }
  adc::Stop();
  const uint32_t period_us = Period(rate_hz);
  ring.Begin(period_us);
  has_next = false;
  return adc::Start(period_us, Keep) ? Status::kOk : Status::kSourceMissing;
}

// A gap ends what is drained, so that it is always before the first frame.
Status Drain(Drained* drained) {
  *drained = Drained();
  while (drained->count < kMaxFrames) {
    has_next = has_next || ring.Take(&next);
    if (!has_next || (next.lost != 0 && drained->count != 0)) {
      break;
    }
    if (next.lost != 0) {
      drained->overrun = true;
      drained->lost = next.lost;
    }
    drained->frames[drained->count++].axis[0] = Counts(next.value);
    has_next = false;
  }
  return Status::kOk;
}

}  // namespace driver
}  // namespace imu
}  // namespace thrum
