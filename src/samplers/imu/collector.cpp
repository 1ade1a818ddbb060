#include "samplers/imu/collector.h"

#include <string.h>

namespace thrum {
namespace imu {
namespace {

constexpr uint32_t kSilentUs = 100000;  // and at least eight periods

uint32_t SilentAfter(uint32_t rate_hz) {
  const uint32_t periods = 8000000 / rate_hz;
  return periods > kSilentUs ? periods : kSilentUs;
}

}  // namespace

void Collector::Begin(uint32_t rate_hz, uint32_t now_us) {
  filled_ = 0;
  gap_ = false;
  lost_ = 0;
  rate_hz_ = rate_hz;
  last_us_ = now_us;
}

Status Collector::Add(const Drained& drained, uint32_t now_us) {
  const uint32_t elapsed = now_us - last_us_;
  if (drained.count == 0 && !drained.overrun) {
    return elapsed > SilentAfter(rate_hz_) ? Status::kSensorSilent : Status::kOk;
  }
  last_us_ = now_us;
  if (drained.overrun) {  // the oldest were overwritten: the gap is before these frames
    const uint32_t due = static_cast<uint32_t>(uint64_t{elapsed} * rate_hz_ / 1000000);
    lost_ += drained.lost != 0 ? drained.lost : due > drained.count ? due - drained.count : 1;
    gap_ = true;
  }
  for (uint8_t i = 0; i < drained.count && filled_ < kCapacity; ++i, ++filled_) {
    after_gap_[filled_] = gap_;
    gap_ = false;
    for (uint8_t axis = 0; axis < kAxes; ++axis) {
      frames_[axis][filled_] = drained.frames[i].axis[axis];
    }
  }
  return Status::kOk;
}

bool Collector::Copy(uint8_t axis, int16_t* samples) const {
  memcpy(samples, frames_[axis], model::kWindow * sizeof(int16_t));
  return memchr(after_gap_, true, model::kWindow) == nullptr;
}

void Collector::Advance() {
  filled_ = static_cast<uint16_t>(filled_ - model::kHop);
  memmove(after_gap_, after_gap_ + model::kHop, filled_ * sizeof(bool));
  for (uint8_t axis = 0; axis < kAxes; ++axis) {
    memmove(frames_[axis], frames_[axis] + model::kHop, filled_ * sizeof(int16_t));
  }
}

uint32_t MeasuredRate(uint32_t frames, uint32_t microseconds) {
  return microseconds == 0 ? 0
                           : static_cast<uint32_t>((uint64_t{frames} * 1000000 + microseconds / 2) /
                                                   microseconds);
}

bool IsRate(uint32_t measured_hz, uint32_t wanted_hz) {
  const uint32_t difference =
      measured_hz > wanted_hz ? measured_hz - wanted_hz : wanted_hz - measured_hz;
  return difference * kToleranceDivisor <= wanted_hz;
}

}  // namespace imu
}  // namespace thrum
