#pragma once

// Which processor the kernels are chosen for. Every operator has a template XKernel<Layer, Target>;
// its default is the portable code, and the headers in avr/ and cortex_m4/ specialize it for their
// tag. kernels.h explains how; core/target.h decides which tag this build has.

#include <stdint.h>

#include "thrum/core/target.h"

namespace thrum {

// Tags; no object of them exists.
struct Portable {};
struct CortexM4 {};  // and M7, M33: with the DSP extension
struct Avr {};       // with a hardware multiplier

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
