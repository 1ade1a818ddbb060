#pragma once

// The log bands of the last windows, averaged: one window alone is mostly noise, and a deviation is
// judged where the noise is gone. Called by Operation once per window of a running machine; the
// NumPy twin is thrum/reference/smoothing.py.
//
//   s        = min(log2_windows, floor(log2(k))) for the k-th window since Reset
//   average += ((4 * F - average) * 2^(16 - s) + phase) >> 16              Q10 in 16 bits
//   phase    = kWeyl * k, modulo 2^16                                      fixed_point.h
//   taken    = (average + 2) >> 2                                          Q8
// So the first window counts whole, the next ones by a power of two that is at least 1/k, and from
// 2^log2_windows on every window counts 1/2^log2_windows. F is at most 16383 (features.h), so that
// 4 * F fits 16 bits. What the shift drops is rounded up as often as it should be, by the phase: with
// plain rounding an average of 64 could rest 1/32 octave from the truth, a third of the smallest
// spread.

#include <stdint.h>

#include "thrum/dsp/features.h"

namespace thrum {

constexpr uint8_t kMostLog2Windows = 9;

class Smoothing {
 public:
  // Forgets all windows.
  void Reset() {
    count_ = 0;
    phase_ = 0;
  }

  // Takes one window's log bands and writes the averages; both are Q8, `bands` values.
  void Take(const uint16_t* log_bands, uint8_t bands, uint8_t log2_windows, uint16_t* averages);

  // Whether 2^log2_windows have been taken since Reset.
  bool Covers(uint8_t log2_windows) const;

 private:
  uint16_t average_[kMaxBands];  // Q10; the first window replaces it whole
  uint16_t count_ = 0;           // windows since Reset, at most those that the average covers
  uint16_t phase_ = 0;
};

}  // namespace thrum
