#include "thrum/detection/detector.h"

#include "thrum/core/code_size.h"

namespace thrum {

Fault CheckSensor(const WindowStats& stats, uint16_t length) {
  if (stats.clipped > length / 16) {
    return Fault::kSaturated;
  }
  return stats.peak == 0 ? Fault::kStuck : Fault::kNone;
}

THRUM_OUT_OF_LINE void Detector::Forget(State state) {
  score_ = 0;
  votes_ = 0;
  state_ = state;
}

void Detector::Reset() {
  Forget(State::kLearning);
  raised_ = false;
}

State Detector::Fail() {
  Forget(State::kFault);
  if (faults_ < config_.n && ++faults_ == config_.n) {
    raised_ = false;
  }
  return state_;
}

State Detector::Rest() {
  Forget(State::kIdle);
  raised_ = false;
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

State Detector::Update(uint8_t score) {
  if (held_ == 0) {
    votes_ = 0;
  }
  const bool vote = raised_ ? score < config_.clear : score >= config_.raise;
  votes_ = votes_ << 1 | (vote ? 1u : 0u);
  held_ = static_cast<uint16_t>(held_ + (held_ != UINT16_MAX));
  if (Votes() >= config_.k && (!raised_ || held_ >= config_.hold_windows)) {
    raised_ = !raised_;
    held_ = 0;
  }
  return Wait(score);
}

State Detector::Wait(uint8_t score) {
  score_ = score;
  faults_ = 0;
  state_ = raised_ ? State::kAlarm : State::kOk;
  return state_;
}

}  // namespace thrum
