#pragma once

// Which processor the kernels are chosen for; see kernels.h.

#include <stdint.h>

#include "thrum/core/target.h"

namespace thrum {

struct Portable {};
struct CortexM4 {};
struct Avr {};

#if THRUM_KERNELS_CORTEX_M4
using Target = CortexM4;
#elif THRUM_KERNELS_AVR
using Target = Avr;
#else
using Target = Portable;
#endif

namespace detail {
template <bool kCondition, typename A, typename B>
struct Selected {
  using Type = A;
};
template <typename A, typename B>
struct Selected<false, A, B> {
  using Type = B;
};
}  // namespace detail

// A if the condition holds, else B (std::conditional; AVR has no <type_traits>).
template <bool kCondition, typename A, typename B>
using Select = typename detail::Selected<kCondition, A, B>::Type;

}  // namespace thrum
