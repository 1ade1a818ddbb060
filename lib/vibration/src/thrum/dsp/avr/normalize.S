// NormalizeAndWindow of ../loops.h.

#include "thrum/core/avr_macros.h"

#if THRUM_KERNELS_AVR

// uint32_t NormalizeAndWindow(int16_t* samples r25:24, uint16_t length r23:22, uint8_t shift r20,
//                             const int16_t* sine r19:18, uint8_t* excess r17:16)
// Samples i (Y) and length - i (X) share a value of the window; the first turn takes 0 and length / 2.
// 80 cycles per sample.
FUNCTION thrum_avr_normalize_and_window
  SAVE_REGISTERS
  push r16
  push r17
  movw r28, r24
  movw r26, r24
  add r26, r22
  adc r27, r23  // samples + length / 2
  movw r14, r22
  lsr r15
  ror r14  // turns of the loop; also the bytes of a quarter turn
  movw r12, r18
  add r12, r14
  adc r13, r15  // the cosine
  clr ZERO
  clr ALL
  clr r2  // r5:2 = sum of d^2 >> 8 without the two lowest bits
  clr r3
  movw r4, r2
  ldi r24, 1  // r25:24 = 2^shift
  clr r25
  rjmp 2f
1:
  lsl r24
  rol r25
2:
  dec r20
  brpl 1b
  set  // the first turn
3:
  movw r30, r12
  lpm r0, Z+
  lpm r1, Z+
  movw r12, r30
  clr r18  // hann = (32768 - cosine) >> 1
  ldi r19, 0x80
  sub r18, r0
  sbc r19, r1
  lsr r19
  ror r18
  ld r16, Y
  ldd r17, Y+1
  rcall 6f
  st Y+, r8
  st Y+, r9
  brtc 4f
  ldi r18, 0xff  // hann at length / 2
  ldi r19, 0x7f
4:
  ld r16, X+
  ld r17, X
  rcall 6f
  st X, r9
  st -X, r8
  brtc 5f
  clt
  add r26, r14  // samples + length
  adc r27, r15
  add r26, r14
  adc r27, r15
5:
  sbiw r26, 2
  ldi r30, 1
  sub r14, r30
  sbc r15, ZERO
  brne 3b
  EXCESS
  pop r31
  pop r30
  st Z, r24
  ldi r24, 2
1:
  lsr r5
  ror r4
  ror r3
  ror r2
  dec r24
  brne 1b
  movw r22, r2
  movw r24, r4
  RESTORE_REGISTERS
  ret
6:
  mul r16, r24  // d *= 2^shift
  movw r6, r0
  mul r17, r24
  add r7, r0
  mul r16, r25
  add r7, r0
  movw r16, r6
  mul r16, r16  // d^2 in r23:20; byte 0 never carries and is left out
  mov r21, r1
  muls r17, r17
  movw r22, r0
  mulsu r17, r16
  lsl r0  // twice the mixed product; its sign falls into the carry
  rol r1
  sbc r23, ZERO
  ADD_MIDDLE r21, r22, r23
  andi r21, 0xfc
  add r2, r21
  adc r3, r22
  adc r4, r23
  adc r5, ZERO
  mul r16, r18  // d * hann in r9:6; byte 0 never carries and is left out
  mov r7, r1
  muls r17, r19
  movw r8, r0
  ADD_MIXED r17, r18, r7, r8, r9
  mul r16, r19
  ADD_MIDDLE r7, r8, r9
  ROUND15 r7, r8, r9
  TRACK r9, r0
  ret
END thrum_avr_normalize_and_window

#endif
