#include "thrum/detection/detector.h"

#include "thrum/core/code_size.h"
#include "thrum/detection/baseline.h"

namespace thrum {

Fault CheckSensor(const WindowStats& stats, uint16_t length) {
  if (stats.clipped > length / 16) {
    return Fault::kSaturated;
  }
  return stats.peak == 0 ? Fault::kStuck : stats.peak == 1 ? Fault::kNoise : Fault::kNone;
}

void Detector::Forget() {
  score_ = 0;
  votes_ = 0;
  raised_ = false;
}

void Detector::Reset() {
  Forget();
  strain_ = 0;
  strained_ = false;
  state_ = State::kLearning;
}

State Detector::Learn() {
  Forget();
  Relax();
  return Settle(State::kLearning);
}

State Detector::Fail(Fault fault) {
  ForgetTold();
  score_ = 0;
  anew_ = false;
  if (faults_ != kLongFault) {
    ++faults_;
    anew_ = faults_ == kLongFault || (faults_ == config_.n && raised_);
  }
  if (anew_) {
    Forget();
  }
  state_ = State::kFault;
  if (fault != Fault::kSaturated) {
    return state_;
  }
  strain_ = static_cast<uint8_t>(strain_ + kStrainOfClipped);
  if (strain_ >= kStrained) {
    strain_ = kStrained;
    strained_ = true;
  }
  return strained_ ? Settle(State::kFault) : state_;
}

State Detector::Rest() {
  ForgetTold();
  anew_ = raised_ || strained_;
  if (anew_) {
    Reset();
  }
  score_ = 0;
  state_ = State::kIdle;
  return state_;
}

// A window was measured, within the sensor's range.
void Detector::Relax() {
  faults_ = 0;
  anew_ = false;
  if (strain_ != 0 && --strain_ == 0) {
    strained_ = false;
  }
}

State Detector::Settle(State unless_alarm) {
  state_ = Raised() ? State::kAlarm : unless_alarm;
  return state_;
}

uint8_t Detector::Votes() const {
  uint8_t count = 0;
  uint32_t votes = votes_;
  for (uint8_t n = config_.n; n != 0 && votes != 0; --n) {
    count = static_cast<uint8_t>(count + (votes & 1u));
    votes >>= 1;
  }
  return count;
}

uint8_t Detector::Lasted() const {
  uint8_t lasted = 0;
  uint32_t votes = votes_;
  for (uint8_t age = 1; held_ == 0 && age <= config_.n; ++age) {
    lasted = (votes & 1u) != 0 ? age : lasted;
    votes >>= 1;
  }
  return lasted;
}

// The votes of a change are told with it.
void Detector::ForgetTold() {
  if (held_ == 0) {
    votes_ = 0;
  }
}

State Detector::Update(uint8_t score, bool sudden) {
  ForgetTold();
  const bool vote = raised_ ? score < config_.clear && !sudden : score >= config_.raise;
  votes_ = votes_ << 1 | (vote ? 1u : 0u);
  held_ = static_cast<uint16_t>(held_ + (held_ != UINT16_MAX));
  if (Votes() >= config_.k && (!raised_ || held_ >= config_.hold_windows)) {
    raised_ = !raised_;
    held_ = 0;
  } else if (sudden && !raised_) {
    const uint8_t lasted = config_.n < kSuddenWindows ? config_.n : kSuddenWindows;
    votes_ |= UINT32_C(1) << (lasted - 1);
    raised_ = true;
    held_ = 0;
  }
  score_ = score;
  Relax();
  return Settle(State::kOk);
}

State Detector::Wait() {
  ForgetTold();
  score_ = 0;
  Relax();
  return Settle(State::kGathering);
}

}  // namespace thrum
