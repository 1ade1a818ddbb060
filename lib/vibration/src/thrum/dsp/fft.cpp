#include "thrum/dsp/fft.h"

#include "thrum/dsp/loops.h"

namespace thrum {

uint8_t Fft(int16_t* data, uint8_t log2_points, const int16_t* sine, uint8_t* excess) {
  const uint16_t points = static_cast<uint16_t>(1u << log2_points);
  uint8_t shifts = 0;
  kernel::ReverseBits(data, points);
  for (uint16_t half = 1; half < points; half = static_cast<uint16_t>(half * 2)) {
    shifts = static_cast<uint8_t>(shifts + *excess);
    *excess = kernel::Stage(data, points, half, sine, *excess);
  }
  return shifts;
}

}  // namespace thrum
