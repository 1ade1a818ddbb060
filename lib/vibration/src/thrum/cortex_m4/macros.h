// Shared by the .S files here, which are empty on every other processor.

#pragma once

#include "../target.h"

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

#elif defined(__ELF__)
.section .note.GNU-stack, "", %progbits  // an empty file must not ask for an executable stack
#endif
