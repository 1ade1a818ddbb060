#pragma once

// The only place that asks which processor this is. Everything else tests these names:
//   THRUM_FLASH_IS_SEPARATE  constants must be read through progmem.h (AVR)
//   THRUM_KERNELS_CORTEX_M4  a Cortex-M with the DSP extension: SMLAD, SMMLA, SSAX, ...
//   THRUM_KERNELS_AVR        8-bit AVR with the hardware multiplier
//   THRUM_FIXED_SETTINGS     settings are constants: nothing can choose others (AVR)
//   THRUM_OPERATING_STATES   baselines that RAM has room for, 170 bytes each
// A new processor gets its line here and nowhere else. A target without kernels of its own runs the
// portable ones. Define THRUM_PORTABLE to force them, as the tests do to compare both.

#if defined(__AVR__)
#define THRUM_FLASH_IS_SEPARATE 1
#define THRUM_FIXED_SETTINGS 1
#define THRUM_OPERATING_STATES 1
#else
#define THRUM_FLASH_IS_SEPARATE 0
#define THRUM_FIXED_SETTINGS 0
#define THRUM_OPERATING_STATES 4
#endif

#if defined(__ARM_FEATURE_SIMD32) && __ARM_ARCH_PROFILE == 'M' && !defined(THRUM_PORTABLE)
#define THRUM_KERNELS_CORTEX_M4 1
#else
#define THRUM_KERNELS_CORTEX_M4 0
#endif

#if defined(__AVR_HAVE_MUL__) && !defined(THRUM_PORTABLE)
#define THRUM_KERNELS_AVR 1
#else
#define THRUM_KERNELS_AVR 0
#endif
