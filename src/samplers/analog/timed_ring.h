#pragma once

// A FIFO in software for a converter that a timer drives. Samples keep their place in time: a tick
// that never came, or came more than half a period late, is one lost sample and does not shift all
// later ones. One producer (an interrupt, or a task on another core) calls Add; one consumer calls
// Take. analog.cpp connects them. Neither ever waits for the other. If the consumer falls behind by
// more than kCapacity, the oldest samples are lost and counted.

#include <stdint.h>

#include <atomic>

namespace thrum {
namespace imu {

class TimedRing {
 public:
  static constexpr uint16_t kSize = 1024;  // a power of two: 320 ms at 3.2 kHz
  static constexpr uint16_t kCapacity =
      kSize - kSize / 8;                            // the producer may run on while one reads
  static constexpr uint16_t kMissing = UINT16_MAX;  // in the place of a lost sample

  struct Sample {
    uint32_t lost;  // before this one
    uint16_t value;
  };

  // Empties it; nobody may be adding. period_us: of the timer, 2 or more.
  void Begin(uint32_t period_us) {
    written_.store(0, std::memory_order_release);
    read_ = 0;
    lost_ = 0;
    period_us_ = period_us;
    started_ = false;
  }

  // The producer: a conversion that began at now_us, which may wrap. value: below kMissing.
  void Add(uint16_t value, uint32_t now_us) {
    if (!started_) {
      started_ = true;
      due_us_ = now_us;
    }
    const int32_t late = static_cast<int32_t>(now_us - due_us_);
    const int32_t half = static_cast<int32_t>(period_us_ / 2);
    if (late < -half) {
      return;  // a tick that was made up for: its place has been given away
    }
    const uint32_t skipped = static_cast<uint32_t>(late + half) / period_us_;
    due_us_ += (skipped + 1) * period_us_;
    Skip(skipped);
    Put(value);
  }

  // The consumer: the oldest sample, with the number that were lost before it. False when there is
  // none.
  bool Take(Sample* sample) {
    const uint32_t written = written_.load(std::memory_order_acquire);
    if (written - read_ > kCapacity) {
      lost_ += written - read_ - kCapacity;
      read_ = written - kCapacity;
    }
    while (read_ != written) {
      sample->value = values_[read_++ % kSize];
      if (sample->value != kMissing) {
        sample->lost = lost_;
        lost_ = 0;
        return true;
      }
      ++lost_;
    }
    return false;
  }

 private:
  // The value first, then the count: the consumer sees none before it is there.
  void Put(uint16_t value) {
    const uint32_t written = written_.load(std::memory_order_relaxed);
    values_[written % kSize] = value;
    written_.store(written + 1, std::memory_order_release);
  }

  // Whatever was there is overwritten after kSize of them, so that more need not be written.
  void Skip(uint32_t count) {
    const uint32_t marked = count < kSize ? count : kSize;
    written_.fetch_add(count - marked, std::memory_order_relaxed);
    for (uint32_t i = 0; i < marked; ++i) {
      Put(kMissing);
    }
  }

  uint16_t values_[kSize];
  std::atomic<uint32_t> written_{0};  // since Begin, wraps
  uint32_t read_ = 0;                 // of these
  uint32_t lost_ = 0;                 // since the last sample that was taken
  uint32_t due_us_ = 0;               // of the next sample
  uint32_t period_us_ = 2;
  bool started_ = false;
};

}  // namespace imu
}  // namespace thrum
