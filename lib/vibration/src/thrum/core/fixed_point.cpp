#include "thrum/core/fixed_point.h"

#include "thrum/core/code_size.h"

namespace thrum {

THRUM_OUT_OF_LINE uint16_t Distance(uint16_t a, uint16_t b) {
  return static_cast<uint16_t>(a > b ? a - b : b - a);
}

THRUM_OUT_OF_LINE int32_t Step(uint16_t from, uint16_t to, uint16_t share, uint16_t rounding) {
  return (static_cast<int32_t>(to) - static_cast<int32_t>(from)) * static_cast<int32_t>(share) +
         rounding;
}

THRUM_OUT_OF_LINE uint16_t Towards(uint16_t from, uint16_t to, uint16_t share, uint16_t rounding) {
  return share == 0 ? to : static_cast<uint16_t>(from + (Step(from, to, share, rounding) >> 16));
}

}  // namespace thrum
