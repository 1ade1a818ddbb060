// clang-format off: this is assembler.
// Assembler macros of the AVR kernels; included by the .S files here, which are empty on every other
// processor. Cycles are those of an ATmega328P: loads, stores and multiplications 2, lpm 3, taken
// branches 2. All products are exact: 16 x 16 bits take four multiplications, whose results go to
// accumulator bytes 0, 1, 1 and 2.
//
// Calling convention of avr-gcc: arguments in r25:24, r23:22, r21:20, r19:18, r17:16; results in
// r24, r25:24 or r25:22; r2-r17 and r28-r29 belong to the caller; r1 is 0 on entry and on return.
// mulsu wants r16-r23, muls r16-r31: that decides where the factors live.

#pragma once

#include "thrum/core/target.h"

#if THRUM_KERNELS_AVR

#define ZERO r10  // r1 is overwritten by every multiplication
#define ALL r11   // see TRACK

// A global function in a section of its own: what is not called is not linked.
.macro FUNCTION name
  .section .text.\name, "ax", @progbits
  .global \name
  .type \name, @function
\name:
.endm

.macro END name
  .size \name, . - \name
.endm

.macro SAVE_REGISTERS
  .irp n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29
  push r\n
  .endr
.endm

.macro RESTORE_REGISTERS
  .irp n, 29, 28, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2
  pop r\n
  .endr
  clr r1
.endm

// RoundShift(v, 1): the bit that falls out is the rounding. 4 cycles.
.macro HALVE low, high
  asr \high
  ror \low
  adc \low, ZERO
  adc \high, ZERO
.endm

.macro FLOOR_HALVE low, high
  asr \high
  ror \low
.endm

// Collects the excess of a component from its high byte: bit 7 of ALL says 15 bits (bits 15 and 14
// differ), bit 6 then says 14 bits. 4 cycles.
.macro TRACK high, scratch
  mov \scratch, \high
  lsl \scratch
  eor \scratch, \high
  or ALL, \scratch
.endm

// r24 = the excess that TRACK collected.
.macro EXCESS
  clr r24
  sbrc ALL, 6
  ldi r24, 1
  sbrc ALL, 7
  ldi r24, 2
.endm

// acc += r1:r0 * 256, unsigned.
.macro ADD_MIDDLE a1, a2, a3
  add \a1, r0
  adc \a2, r1
  adc \a3, ZERO
.endm

// acc += x * w * 256 with x signed and w unsigned. mulsu leaves the sign in the carry. 6 cycles.
.macro ADD_MIXED x, w, a1, a2, a3
  mulsu \x, \w
  sbc \a3, ZERO
  ADD_MIDDLE \a1, \a2, \a3
.endm

// a3:a2 = RoundShift(acc, 15) of the accumulator a3:a0: doubled, and the bit below rounds. 6 cycles.
.macro ROUND15 a1, a2, a3
  lsl \a1
  rol \a2
  rol \a3
  lsl \a1
  adc \a2, ZERO
  adc \a3, ZERO
.endm

// r5:4 + j r9:8 = (x + jy) * (c - js) / 2^15, rounded: x = r17:16, y = r19:18, cosine c = r21:20 of
// either sign, sine s = r23:22 not negative, |x| and |y| at most 16384. 90 cycles.
.macro ROTATE
  mul r16, r20  // x * c
  movw r2, r0
  muls r17, r21
  movw r4, r0
  ADD_MIXED r17, r20, r3, r4, r5
  ADD_MIXED r21, r16, r3, r4, r5
  mul r18, r22  // + y * s
  add r2, r0
  adc r3, r1
  adc r4, ZERO
  adc r5, ZERO
  muls r19, r23
  add r4, r0
  adc r5, r1
  ADD_MIXED r19, r22, r3, r4, r5
  mul r18, r23
  ADD_MIDDLE r3, r4, r5
  ROUND15 r3, r4, r5
  mul r18, r20  // y * c
  movw r6, r0
  muls r19, r21
  movw r8, r0
  ADD_MIXED r19, r20, r7, r8, r9
  ADD_MIXED r21, r18, r7, r8, r9
  mul r16, r22  // - x * s
  sub r6, r0
  sbc r7, r1
  sbc r8, ZERO
  sbc r9, ZERO
  muls r17, r23
  sub r8, r0
  sbc r9, r1
  mulsu r17, r22
  adc r9, ZERO
  sub r7, r0
  sbc r8, r1
  sbc r9, ZERO
  mul r16, r23
  sub r7, r0
  sbc r8, r1
  sbc r9, ZERO
  ROUND15 r7, r8, r9
.endm

#elif defined(__ELF__)
.section .note.GNU-stack, "", %progbits  // an empty file must not ask for an executable stack
#endif
