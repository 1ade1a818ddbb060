#include "detector.h"

namespace thrum {

Fault CheckSensor(const WindowStats& stats, uint16_t length) {
  if (stats.clipped > length / 16) {
    return Fault::kSaturated;
  }
  return stats.peak == 0 ? Fault::kStuck : Fault::kNone;
}

void Detector::Reset() {
  filled_ = 0;
  next_ = 0;
  sum_ = 0;
  raise_votes_ = 0;
  clear_votes_ = 0;
  held_ = 0;
  state_ = State::kLearning;
}

State Detector::Fail() {
  Reset();
  state_ = State::kFault;
  return state_;
}

State Detector::Rest() {
  Reset();
  state_ = State::kIdle;
  return state_;
}

uint8_t Detector::MeanScore() const {
  return filled_ == 0 ? 0 : static_cast<uint8_t>((sum_ + filled_ / 2u) / filled_);
}

void Detector::Push(uint8_t score) {
  if (filled_ == config_.mean_windows) {
    sum_ = static_cast<uint16_t>(sum_ - scores_[next_]);
  } else {
    ++filled_;
  }
  scores_[next_] = score;
  sum_ = static_cast<uint16_t>(sum_ + score);
  next_ = static_cast<uint8_t>(next_ + 1 == config_.mean_windows ? 0 : next_ + 1);
}

// At least k of the last n windows voted.
bool Detector::Persists(uint32_t votes) const {
  votes <<= 32 - config_.n;
  uint8_t count = 0;
  for (; votes != 0; votes &= votes - 1) {
    ++count;
  }
  return count >= config_.k;
}

State Detector::Update(uint8_t score) {
  Push(score);
  if (state_ != State::kAlarm) {
    state_ = State::kOk;
  }
  if (filled_ < config_.mean_windows) {
    return state_;
  }
  const bool raise = sum_ >= config_.raise * static_cast<uint16_t>(config_.mean_windows);
  const bool clear = sum_ < config_.clear * static_cast<uint16_t>(config_.mean_windows);
  raise_votes_ = (raise_votes_ << 1) | (raise ? 1u : 0u);
  clear_votes_ = (clear_votes_ << 1) | (clear ? 1u : 0u);
  if (state_ == State::kAlarm) {
    held_ = static_cast<uint16_t>(held_ + (held_ != UINT16_MAX));
    if (held_ >= config_.hold_windows && Persists(clear_votes_)) {
      state_ = State::kOk;
    }
  } else if (Persists(raise_votes_)) {
    state_ = State::kAlarm;
    held_ = 0;
  }
  return state_;
}

}  // namespace thrum
