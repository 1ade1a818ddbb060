#pragma once

// From frames of a FIFO to windows: overlap, lost samples, a sensor that has gone silent, and the
// rate that it really has. No hardware here; sampler.cpp supplies frames and the time.

#include <stdint.h>

#include "model_params.h"
#include "samplers/imu/driver.h"

namespace thrum {
namespace imu {

constexpr uint8_t kAxes = 3;
constexpr uint32_t kToleranceDivisor = 16;  // the measured rate may be off by 1/16, 6.25 %

class Collector {
 public:
  // Forgets everything. now_us: any clock that counts microseconds and wraps at 2^32.
  void Begin(uint32_t rate_hz, uint32_t now_us);

  // True when Add may be called.
  bool HasRoom() const { return filled_ <= kCapacity - kMaxFrames; }

  // Takes what was drained at now_us. kSensorSilent when nothing has come for too long.
  [[nodiscard]] Status Add(const Drained& drained, uint32_t now_us);

  // True when a window is complete.
  bool Ready() const { return filled_ >= model::kWindow; }

  // The complete window's samples of one axis. Returns false if there is a gap in it.
  bool Copy(uint8_t axis, int16_t* samples) const;

  // Makes room for the next window: drops kHop frames and what was lost before them.
  void Advance();

  uint32_t lost() const { return lost_; }

 private:
  // The next window waits behind one that is being sent.
  static constexpr uint16_t kCapacity = model::kWindow + model::kHop + kMaxFrames;

  int16_t frames_[kAxes][kCapacity];
  bool after_gap_[kCapacity];  // frames were lost before this one
  uint16_t filled_ = 0;        // frames that are waiting
  bool gap_ = false;           // frames were lost before the next one
  uint32_t lost_ = 0;
  uint32_t rate_hz_ = 0;
  uint32_t last_us_ = 0;  // of the last frame
};

// Rate of `frames` frames that came in `microseconds`; 0 if there was no time.
uint32_t MeasuredRate(uint32_t frames, uint32_t microseconds);

// Whether a measured rate is the one that was asked for.
bool IsRate(uint32_t measured_hz, uint32_t wanted_hz);

}  // namespace imu
}  // namespace thrum
