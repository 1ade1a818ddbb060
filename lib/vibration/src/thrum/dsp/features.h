#pragma once

// From a window of samples to log band powers, in integers. Called by the firmware once per axis and
// window; the NumPy twin is thrum/reference/features.py and gives the same integers on every input.
//
// Samples are int16 counts, 32768 = the full scale of model/config.toml; a sampler delivers a
// sample at its sensor's limit as +-32767. The arithmetic, in order:
//   1. mean  = floor((sum + length/2) / length);  d = x - mean, saturated to +-32767
//   2. e     = the left shift that brings max|d| to 2^14..2^15-1;  d <<= e
//   3. d     = RoundShift(d * hann, 15);  hann = (32768 - cos(2 pi i/length)) >> 1, Q15
//   4. Z     = complex FFT of the length/2 pairs (fft.h), then RoundShift to 13 bits; S = all
//   shifts
//   5. 2X[k] = E - jT and 2X[length/2-k] = conj(E + jT), where E = Z[k] + Z*[length/2-k],
//              O = Z[k] - Z*[length/2-k], T = RoundShift(O * w, 15), w = exp(-2 pi j k/length)
//   6. power = sum of |2X|^2 over the bins of the band; bins 0 and length/2 are left out;
//              unit: counts^2 * 2^exponent, exponent = 2S - 2e - 2
//   7. log   = log2(power + 2^floor_log2), Q8, by a 32-segment table
// Step 6 fits uint32: |2X| <= 32768 (+32768 wraps to -32768, the square is the same) and 4 bins
// reach 2^32 only in theory, where the sum saturates. With more bins per band each |2X|^2 is
// shifted right by log2(bins) - 2, which the exponent accounts for.

#include <stdint.h>

namespace thrum {

constexpr uint8_t kMaxBands = 32;

struct FeatureConfig {
  uint8_t log2_length;  // window length 2^6 to 2^10 samples
  uint8_t log2_bands;   // 2^3 to 2^5 linear bands; at least 4 samples per band
  uint8_t floor_log2;   // noise floor added to each power: 2^floor_log2 counts^2, 0 to 30
  const int16_t* sine;  // flash, Q15: sin(2 pi i / length), i = 0 to 3/4 length, 1.0 as 32767
};

// Time-domain facts of one window, in counts.
struct WindowStats {
  int16_t mean;
  uint16_t peak;     // max|x - mean|, at most 32767; 0 means that the sensor is stuck
  uint16_t rms;      // of x - mean, rounded
  uint16_t clipped;  // samples at +-32767 or beyond
  int8_t exponent;   // of the powers that are left in the buffer (velocity.h); even
};

// Band powers of one window, summed over the axes added so far: power * 2^exponent counts^2.
struct BandPower {
  uint32_t power[kMaxBands];
  int8_t exponent;
};

void Clear(BandPower* sum);

// Adds the band powers of one axis. samples: 2^log2_length counts; the FFT is in place, and |2X(k)|^2
// of every bin k below half the length is left there, one uint32 each, unless the window is silent.
WindowStats AddWindow(const FeatureConfig& config, int16_t* samples, BandPower* sum);

// log_bands: 2^log2_bands values, log2 of counts^2 in Q8, at most 16383.
void LogBands(const FeatureConfig& config, const BandPower& sum, uint16_t* log_bands);

}  // namespace thrum
