#pragma once

// Scale of a float tensor at the edge of a network whose interior is int8; for quantize.h and
// dequantize.h. The generated header includes these two for such networks only: no other kernel uses
// float, and a processor without an FPU pays about one division per input.

#include <stdint.h>

#include "thrum/nn/count.h"

namespace thrum {

// real = scale * (q - zero)
template <Count kValueCount>
struct FloatLayer {
  static constexpr Count kValues = kValueCount;

  float scale;  // above 0
  int8_t zero;
};

}  // namespace thrum
