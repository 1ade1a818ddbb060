#pragma once

// In-place complex FFT on int16 with block scaling, the core of features.h. Decimation in time,
// radix 2. Data are interleaved re, im. Used by features.cpp only.
//
// Arithmetic (the NumPy twin is thrum/reference/features.py; both must give the same integers):
//   before a stage  s = max(0, bits - 13); bits: bit length of the largest v ^ (v >> 15)
//                   every component is loaded as RoundShift(v, s), so |v| <= 8192
//   butterfly       t = b * w: re = RoundShift(br*wr - bi*wi, 15)
//                              im = RoundShift(br*wi + bi*wr, 15)
//                   a' = a + t, b' = a - t; the components stay below 2.42 * 2^13, inside int16
//   twiddle         w = cos - j sin from the table, Q15, 1.0 stored as 32767; a product with it is
//                   exact for |v| <= 8192, so a kernel may skip the multiplication by 1 or -j

#include <stdint.h>

namespace thrum {

// Transforms 2^log2_points points in place.
// sine: table in flash, Q15: sin(2 pi i / (2 points)) for i = 0 to 3/2 points. It is the table of the
// real FFT of twice the length.
// excess: of the data (see loops.h) on entry, of the result on return.
// Returns the sum of all shifts: result = FFT(input) / 2^shifts.
uint8_t Fft(int16_t* data, uint8_t log2_points, const int16_t* sine, uint8_t* excess);

}  // namespace thrum
