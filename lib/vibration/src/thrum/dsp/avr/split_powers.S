// SplitPowers of ../loops.h.

#include "thrum/core/avr_macros.h"

#if THRUM_KERNELS_AVR

// (r17:16)^2 + (r19:18)^2 in r23:20. 39 cycles with the call.
FUNCTION thrum_avr_power
  mul r16, r16
  movw r20, r0
  muls r17, r17
  movw r22, r0
  mulsu r17, r16
  lsl r0  // twice the mixed product; its sign falls into the carry
  rol r1
  sbc r23, ZERO
  ADD_MIDDLE r21, r22, r23
  mul r18, r18
  add r20, r0
  adc r21, r1
  adc r22, ZERO
  adc r23, ZERO
  muls r19, r19
  add r22, r0
  adc r23, r1
  mulsu r19, r18
  lsl r0
  rol r1
  sbc r23, ZERO
  ADD_MIDDLE r21, r22, r23
  ret
END thrum_avr_power

.macro STORE_POWER pointer
  st \pointer, r20
  std \pointer+1, r21
  std \pointer+2, r22
  std \pointer+3, r23
.endm

// void SplitPowers(int16_t* z r25:24, uint16_t points r23:22, const int16_t* sine r21:20,
//                  uint8_t shift r18)
// 245 cycles per pair of bins, 17 more for a shift.
FUNCTION thrum_avr_split_powers
  SAVE_REGISTERS
  clr ZERO
  sbrs r18, 1
  rjmp 1f
  movw r28, r24
  movw r30, r22
  call thrum_avr_floor_halve
1:
  clt
  cpse r18, ZERO
  set
  movw r28, r24
  movw r30, r22
  .irp n, 1, 2
  lsl r30
  rol r31
  .endr
  add r30, r28  // bin `points` of Z, which is bin 0
  adc r31, r29
  movw r26, r20
  adiw r26, 2  // sine of bin 1
  movw r24, r26
  add r24, r22  // its cosine is a quarter turn further
  adc r25, r23
  lsr r23
  ror r22
  dec r22
  mov r11, r22  // pairs of bins
  clr r20
  clr r21
  movw r22, r20
  STORE_POWER Y
2:
  adiw r28, 4
  sbiw r30, 4
  ldd r12, Y+0  // a
  ldd r13, Y+1
  ldd r14, Y+2
  ldd r15, Y+3
  ldd r4, Z+0  // b
  ldd r5, Z+1
  ldd r6, Z+2
  ldd r7, Z+3
  brtc 3f
  HALVE r12, r13
  HALVE r14, r15
  HALVE r4, r5
  HALVE r6, r7
3:
  movw r16, r12  // odd part
  sub r16, r4
  sbc r17, r5
  movw r18, r14
  add r18, r6
  adc r19, r7
  add r12, r4  // even part
  adc r13, r5
  sub r14, r6
  sbc r15, r7
  movw r2, r30
  movw r30, r24
  lpm r20, Z+
  lpm r21, Z+
  movw r24, r30
  movw r30, r26
  lpm r22, Z+
  lpm r23, Z+
  movw r26, r30
  movw r30, r2
  ROTATE
  movw r16, r12
  add r16, r8
  adc r17, r9
  movw r18, r14
  sub r18, r4
  sbc r19, r5
  call thrum_avr_power
  STORE_POWER Y
  movw r16, r12
  sub r16, r8
  sbc r17, r9
  movw r18, r14
  add r18, r4
  adc r19, r5
  call thrum_avr_power
  STORE_POWER Z
  dec r11
  breq 4f
  rjmp 2b
4:
  ldd r16, Y+4  // the middle bin is its own mirror image: 2X = 2Z
  ldd r17, Y+5
  ldd r18, Y+6
  ldd r19, Y+7
  brtc 5f
  HALVE r16, r17
  HALVE r18, r19
5:
  lsl r16
  rol r17
  lsl r18
  rol r19
  call thrum_avr_power
  adiw r28, 4
  STORE_POWER Y
  RESTORE_REGISTERS
  ret
END thrum_avr_split_powers

#endif
