// FULLY_CONNECTED for fully_connected.h: four outputs at a time.

#include "thrum/core/avr_macros.h"

#if THRUM_KERNELS_AVR

// acc += weight (next in flash) * input r17, 24 bits. muls leaves the sign in the carry. 9 cycles.
.macro ACCUMULATE a0, a1, a2
  lpm r16, Z+
  muls r16, r17
  sbc \a2, ZERO
  add \a0, r0
  adc \a1, r1
  adc \a2, ZERO
.endm

// The same for a weight and an input that have no sign. 8 cycles.
.macro ACCUMULATE_UNSIGNED a0, a1, a2
  lpm r16, Z+
  mul r16, r17
  add \a0, r0
  adc \a1, r1
  adc \a2, ZERO
.endm

// One input for all four outputs. 38 or 35 cycles.
.macro ACCUMULATE_BLOCK
  ld r17, X+
  ACCUMULATE r2, r3, r4
  ACCUMULATE r5, r6, r7
  ACCUMULATE r8, r9, r11
  ACCUMULATE r12, r13, r14
.endm

.macro ACCUMULATE_UNSIGNED_BLOCK
  ld r17, X+
  subi r17, 0x80
  ACCUMULATE_UNSIGNED r2, r3, r4
  ACCUMULATE_UNSIGNED r5, r6, r7
  ACCUMULATE_UNSIGNED r8, r9, r11
  ACCUMULATE_UNSIGNED r12, r13, r14
.endm

// Scales one accumulator; the count of outputs is on top of the stack.
.macro SCALE
  rcall 4f
  pop r15
  dec r15
  breq 9f
  push r15
.endm

// void thrum_avr_dense(const uint8_t* flash r25:24, const int8_t* input r23:22, int8_t* output r21:20,
//                      uint8_t input_pairs r18, uint8_t outputs r16, uint8_t kind r14)
// kind: bit 0 scale_per_output, bit 1: no weight is negative; the biases then count inputs from -128.
// The stream at `flash`, see AvrDense in fully_connected.h, is read once from front to back.
// Z: stream; X: input while accumulating, output while scaling; T: scale_per_output
// r4:2, r7:5, r11:9:8, r14:12: accumulators; r20:18 multiplier, r21 shift, r24:22 offset (bytes 4 to
// 2), r29:28:25 limit
FUNCTION thrum_avr_dense
  SAVE_REGISTERS
  bst r14, 0
  clr ZERO
  movw r30, r24
  movw r26, r22
  mov r15, r18
  push r14
  push r18
  push r23
  push r22
  push r16
  push r20
  push r21
  mov r16, r14
  brts 1f
  rcall 8f
1:
  .irp n, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14
  lpm r\n, Z+
  .endr
  sbrs r16, 1
  rjmp 3f
2:
  ACCUMULATE_UNSIGNED_BLOCK
  ACCUMULATE_UNSIGNED_BLOCK
  dec r15
  brne 2b
  rjmp 2f
3:
  ACCUMULATE_BLOCK
  ACCUMULATE_BLOCK
  dec r15
  brne 3b
2:
  pop r27
  pop r26
  SCALE
  mov r2, r5
  mov r3, r6
  mov r4, r7
  SCALE
  movw r2, r8
  mov r4, r11
  SCALE
  movw r2, r12
  mov r4, r14
  SCALE
  push r26
  push r27
  movw r2, r30
  in r30, 0x3d
  in r31, 0x3e
  ldd r26, Z+4  // input
  ldd r27, Z+5
  ldd r15, Z+6  // input pairs
  ldd r16, Z+7  // kind
  movw r30, r2
  rjmp 1b
9:
  pop r15
  pop r15
  pop r15
  pop r15
  RESTORE_REGISTERS
  ret

  // Scales the accumulator r4:2 into *X++:
  // byte 4 of (clamp(accumulator, 0, limit) << shift) * multiplier + offset
4:
  brtc 5f
  rcall 8f
5:
  sbrs r4, 7
  rjmp 5f
  st X+, r24  // the lowest output, without any multiplication
  brtc 4f
  adiw r30, 6
4:
  ret
5:
  cp r2, r25
  cpc r3, r28
  cpc r4, r29
  brlo 6f
  brtc 5f
  rcall 9f  // beyond the first segment: offset and limit of the second
  cp r2, r25
  cpc r3, r28
  cpc r4, r29
  brlo 7f
5:
  mov r2, r25
  mov r3, r28
  mov r4, r29
  rjmp 7f
6:
  brtc 7f
  adiw r30, 6  // the second segment is not needed
7:
  mov r15, r21
  rjmp 2f
1:
  lsl r2
  rol r3
  rol r4
2:
  dec r15
  brpl 1b
  mul r2, r18  // bytes 1 to 3 in r15 to r17; byte 0 never carries and is left out
  mov r15, r1
  mul r2, r20
  movw r16, r0
  mul r2, r19
  ADD_MIDDLE r15, r16, r17
  mov r2, r24  // byte 4
  add r16, r22
  adc r17, r23
  adc r2, ZERO
  mul r3, r18
  ADD_MIDDLE r15, r16, r17
  adc r2, ZERO
  mul r3, r19
  ADD_MIDDLE r16, r17, r2
  mul r4, r18
  ADD_MIDDLE r16, r17, r2
  mul r3, r20
  add r17, r0
  adc r2, r1
  mul r4, r19
  add r17, r0
  adc r2, r1
  mul r4, r20
  add r2, r0
  st X+, r2
  ret

8:
  .irp n, 18, 19, 20, 21
  lpm r\n, Z+
  .endr
9:
  .irp n, 22, 23, 24, 25, 28, 29
  lpm r\n, Z+
  .endr
  ret
END thrum_avr_dense

#endif
