#pragma once

// The inner loops of features.cpp and fft.cpp, and the seam at which a target replaces them: kernel::
// is the fastest implementation there is, portable:: the reference that all of them equal on every
// input. The arithmetic is specified in features.h and fft.h.
//
// excess of a block: max(0, bits - 13), where bits is the bit length of the largest v ^ (v >> 15).
// It is the shift that brings the block to |v| <= 8192, and for int16 it is 0, 1 or 2.

#include <stdint.h>

#include "thrum/core/target.h"

namespace thrum {

// Half-length spectra and samples alike: at most 2^10 int16.
namespace portable {

// Sum of the samples.
int32_t Sum(const int16_t* samples, uint16_t length);

// Subtracts the mean, saturating to +-32767; returns the largest magnitude. Adds the samples that
// were at +-32767 or beyond to *clipped.
uint16_t Centre(int16_t* samples, uint16_t length, int16_t mean, uint16_t* clipped);

// Shifts the centred samples left, then applies the Hann window: steps 2 and 3 of features.h.
// Returns the sum of (d^2 >> 10) between the two. *excess describes the result.
uint32_t NormalizeAndWindow(int16_t* samples, uint16_t length, uint8_t shift, const int16_t* sine,
                            uint8_t* excess);

// Bit-reversed order of complex points.
void ReverseBits(int16_t* data, uint16_t points);

// Stage of the FFT whose butterflies are `half` points wide. Loads RoundShift(v, shift); returns the
// excess of the result.
uint8_t Stage(int16_t* data, uint16_t points, uint16_t half, const int16_t* sine, uint8_t shift);

// Step 5: replaces each Z[k], loaded as RoundShift(v, shift), by |2X[k]|^2 as one uint32 (see
// LoadPower); that of bin 0 is 0.
void SplitPowers(int16_t* z, uint16_t points, const int16_t* sine, uint8_t shift);

}  // namespace portable

#if THRUM_KERNELS_AVR
// avr/*.S
namespace avr {
int32_t Sum(const int16_t* samples, uint16_t length) __asm__("thrum_avr_sum");
uint16_t Centre(int16_t* samples, uint16_t length, int16_t mean,
                uint16_t* clipped) __asm__("thrum_avr_centre");
uint32_t NormalizeAndWindow(int16_t* samples, uint16_t length, uint8_t shift, const int16_t* sine,
                            uint8_t* excess) __asm__("thrum_avr_normalize_and_window");
void ReverseBits(int16_t* data, uint16_t points) __asm__("thrum_avr_reverse_bits");
uint8_t Stage(int16_t* data, uint16_t points, uint16_t half, const int16_t* sine,
              uint8_t shift) __asm__("thrum_avr_stage");
void SplitPowers(int16_t* z, uint16_t points, const int16_t* sine,
                 uint8_t shift) __asm__("thrum_avr_split_powers");
}  // namespace avr
namespace kernel = avr;
#elif THRUM_KERNELS_CORTEX_M4
// cortex_m4/window.S and fft.S
namespace cortex_m4 {
int32_t Sum(const int16_t* samples, uint16_t length) __asm__("thrum_cortex_m4_sum");
uint16_t Centre(int16_t* samples, uint16_t length, int16_t mean,
                uint16_t* clipped) __asm__("thrum_cortex_m4_centre");
uint32_t NormalizeAndWindow(int16_t* samples, uint16_t length, uint8_t shift, const int16_t* sine,
                            uint8_t* excess) __asm__("thrum_cortex_m4_normalize_and_window");
void ReverseBits(int16_t* data, uint16_t points) __asm__("thrum_cortex_m4_reverse_bits");
uint8_t Stage(int16_t* data, uint16_t points, uint16_t half, const int16_t* sine,
              uint8_t shift) __asm__("thrum_cortex_m4_stage");
void SplitPowers(int16_t* z, uint16_t points, const int16_t* sine,
                 uint8_t shift) __asm__("thrum_cortex_m4_split_powers");
}  // namespace cortex_m4
namespace kernel = cortex_m4;
#else
namespace kernel = portable;
#endif

}  // namespace thrum
