#include "detector.h"

namespace thrum {

Fault CheckSensor(const WindowStats& stats, uint16_t length) {
  if (stats.clipped > length / 16) {
    return Fault::kSaturated;
  }
  return stats.peak == 0 ? Fault::kStuck : Fault::kNone;
}

// Out of line, as MeanScore: inlined it takes 120 bytes more of an ATmega328P.
[[gnu::noinline]] void Detector::Reset() {
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

[[gnu::noinline]] uint8_t Detector::MeanScore() const {
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

[[gnu::noinline]] void Vote(bool vote, uint32_t* votes) { *votes = *votes << 1 | (vote ? 1u : 0u); }

// At least k of the last n windows voted.
bool Detector::Persists(uint32_t votes) const {
  uint8_t count = 0;
  for (uint8_t n = config_.n; n != 0 && votes != 0; --n) {
    count = static_cast<uint8_t>(count + (votes & 1u));
    votes >>= 1;
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
  const uint16_t mean_windows = config_.mean_windows;
  Vote(sum_ >= config_.raise * mean_windows, &raise_votes_);
  Vote(sum_ < config_.clear * mean_windows, &clear_votes_);
  const bool persists = Persists(state_ == State::kAlarm ? clear_votes_ : raise_votes_);
  if (state_ == State::kAlarm) {
    held_ = static_cast<uint16_t>(held_ + (held_ != UINT16_MAX));
    if (held_ >= config_.hold_windows && persists) {
      state_ = State::kOk;
    }
  } else if (persists) {
    state_ = State::kAlarm;
    held_ = 0;
  }
  return state_;
}

}  // namespace thrum
