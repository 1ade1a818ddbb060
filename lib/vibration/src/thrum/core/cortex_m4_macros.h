// clang-format off: this is assembler.
// Shared by the .S files here, which are empty on every other processor. Samples and complex points
// are loaded as pairs of int16, the first in the lower half; they need not be aligned.

#pragma once

#include "thrum/core/target.h"

#if THRUM_KERNELS_CORTEX_M4

.syntax unified
.thumb

// A global function in a section of its own: what is not called is not linked.
.macro FUNCTION name
  .section .text.\name, "ax", %progbits
  .balign 4
  .global \name
  .type \name, %function
  .thumb_func
\name:
.endm

.macro END name
  .size \name, . - \name
.endm

// Collects in `all` which components of a pair need more than 13 bits beside the sign: bits 15 and 14
// differ in a component of 15 bits, bits 14 and 13 in one of 14.
.macro TRACK all, pair, scratch
  eor \scratch, \pair, \pair, lsl #1
  orr \all, \all, \scratch
.endm

// result = the excess that TRACK collected (dsp/loops.h).
.macro EXCESS result, all
  movs \result, #0
  tst \all, #0x40004000
  it ne
  movne \result, #1
  tst \all, #0x80008000
  it ne
  movne \result, #2
.endm

#elif defined(__ELF__)
.section .note.GNU-stack, "", %progbits  // an empty file must not ask for an executable stack
#endif
