#pragma once

// Count: how many values a tensor has, or the place of one in it. 16 bits where int has 16 (an 8-bit
// AVR, whose kernels keep this limit: 65,535 values a tensor), 32 elsewhere.

#include <stdint.h>

namespace thrum {

namespace detail {
template <bool kWide>
struct CountOf {
  using Type = uint16_t;
};
template <>
struct CountOf<true> {
  using Type = uint32_t;
};
}  // namespace detail

using Count = detail::CountOf<(sizeof(int) > 2)>::Type;

}  // namespace thrum
