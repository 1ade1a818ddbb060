// Stage of ../loops.h: one pass of the FFT over all butterflies of one width.

#include "thrum/core/avr_macros.h"

#if THRUM_KERNELS_AVR

// Halves Z complex points at Y without rounding: with HALVE that is RoundShift(v, 2). Rare.
FUNCTION thrum_avr_floor_halve
1:
  ld r0, Y
  ldd r1, Y+1
  ldd r2, Y+2
  ldd r3, Y+3
  FLOOR_HALVE r0, r1
  FLOOR_HALVE r2, r3
  st Y+, r0
  st Y+, r1
  st Y+, r2
  st Y+, r3
  sbiw r30, 1
  brne 1b
  ret
END thrum_avr_floor_halve

// One component of a butterfly without multiplication: a at Y, t in registers, b at Z. 21 cycles.
.macro COMBINE al, ah, tl, th, plus, plus_carry, minus, minus_carry, offset
  movw r24, \al
  \plus \al, \tl
  \plus_carry \ah, \th
  std Y+\offset, \al
  std Y+\offset+1, \ah
  \minus r24, \tl
  \minus_carry r25, \th
  std Z+\offset, r24
  std Z+\offset+1, r25
  TRACK \ah, r0
  TRACK r25, r0
.endm

// Loads b (r19:16) and a (r23:20), shifted by 0, 1 (T) or 2 (T and bit 1 of r9).
.macro LOAD_BUTTERFLY
  ldd r16, Z+0
  ldd r17, Z+1
  ldd r18, Z+2
  ldd r19, Z+3
  ldd r20, Y+0
  ldd r21, Y+1
  ldd r22, Y+2
  ldd r23, Y+3
  brtc 2f
  sbrs r9, 1
  rjmp 1f
  FLOOR_HALVE r16, r17
  FLOOR_HALVE r18, r19
  FLOOR_HALVE r20, r21
  FLOOR_HALVE r22, r23
1:
  HALVE r16, r17
  HALVE r18, r19
  HALVE r20, r21
  HALVE r22, r23
2:
.endm

// Z = Y + stride / 2, the other arm of the butterfly.
.macro OTHER_ARM
  movw r30, r12
  lsr r31
  ror r30
  add r30, r28
  adc r31, r29
.endm

.macro NEXT_BUTTERFLY
  add r28, r12
  adc r29, r13
  add r30, r12
  adc r31, r13
  dec r14
.endm

// One component of a butterfly with t in registers: a' = a + t, b' = a - t. 26 to 30 cycles.
.macro COMPONENT tl, th, offset
  ldd r2, Y+\offset
  ldd r3, Y+\offset+1
  brtc 1f
  HALVE r2, r3
1:
  movw r0, r2
  add r2, \tl
  adc r3, \th
  std Y+\offset, r2
  std Y+\offset+1, r3
  sub r0, \tl
  sbc r1, \th
  std Z+\offset, r0
  std Z+\offset+1, r1
  TRACK r3, r6
  TRACK r1, r6
.endm

// uint8_t Stage(int16_t* data r25:24, uint16_t points r23:22, uint16_t half r21:20,
//               const int16_t* sine r19:18, uint8_t shift r16)
// Butterflies with the twiddle 1 (j = 0) or -j (j = half / 2) take 68 cycles, 160 all others. A shift
// adds 18; a twiddle 40.
FUNCTION thrum_avr_stage
  SAVE_REGISTERS
  clr ZERO
  clr ALL
  sbrs r16, 1
  rjmp 1f
  cpi r20, 4  // stages with general butterflies take only a shift by 1
  cpc r21, ZERO
  brlo 1f
  movw r28, r24
  movw r30, r22
  call thrum_avr_floor_halve
  ldi r16, 1
1:
  clt
  cpse r16, ZERO
  set
  mov r9, r16
  movw r26, r24  // data
  movw r6, r18  // sine
  movw r12, r20
  ldi r24, 3
1:
  lsl r12  // stride: 8 * half bytes
  rol r13
  dec r24
  brne 1b
  movw r30, r20
  ldi r24, 1
1:
  lsl r30  // butterflies per twiddle: points / (2 * half); 256 is 0
  rol r31
  cp r30, r22
  cpc r31, r23
  breq 2f
  lsl r24
  rjmp 1b
2:
  mov r8, r24
  .irp n, 1, 2
  lsr r23
  ror r22
  .endr
  mov r4, r22  // points / 4
  lsr r21
  ror r20
  mov r5, r20  // half / 2

  movw r28, r26  // j = 0: t = b
  OTHER_ARM
  mov r14, r8
3:
  LOAD_BUTTERFLY
  COMBINE r20, r21, r16, r17, add, adc, sub, sbc, 0
  COMBINE r22, r23, r18, r19, add, adc, sub, sbc, 2
  NEXT_BUTTERFLY
  breq 4f
  rjmp 3b
4:
  tst r5
  brne 5f
  rjmp 6f
5:

  movw r30, r12  // j = half / 2: t = -j * b, at stride / 4
  .irp n, 1, 2
  lsr r31
  ror r30
  .endr
  movw r28, r26
  add r28, r30
  adc r29, r31
  OTHER_ARM
  mov r14, r8
3:
  LOAD_BUTTERFLY
  COMBINE r20, r21, r18, r19, add, adc, sub, sbc, 0
  COMBINE r22, r23, r16, r17, sub, sbc, add, adc, 2
  NEXT_BUTTERFLY
  breq 4f
  rjmp 3b
4:
  dec r5
  brne 5f
  rjmp 6f
5:

  movw r28, r26  // all other j: half / 2 - 1 on either side of half / 2
  movw r26, r6
  mov r24, r8
  mov r25, r4
  mov r15, r5
  push r5
  rcall 7f
  pop r15
  rcall 7f
6:
  EXCESS
  RESTORE_REGISTERS
  ret

  // r15 values of j after the one at Y and at X in the sine table; leaves both at the next one.
  // r24: butterflies per twiddle, r25: points / 4
7:
  rcall 9f
8:
  ldi r30, 4
  mul r30, r25  // bytes of a quarter turn
  movw r30, r26
  lpm r22, Z+  // sine
  lpm r23, Z
  movw r30, r26
  add r30, r0
  adc r31, r1
  lpm r20, Z+  // cosine
  lpm r21, Z
  OTHER_ARM
  mov r14, r24
3:
  ldd r16, Z+0
  ldd r17, Z+1
  ldd r18, Z+2
  ldd r19, Z+3
  brtc 4f
  HALVE r16, r17
  HALVE r18, r19
4:
  ROTATE
  COMPONENT r4, r5, 0
  COMPONENT r8, r9, 2
  NEXT_BUTTERFLY
  breq 5f
  rjmp 3b
5:
  ldi r30, 16
  mul r30, r25  // bytes of all points
  sub r28, r0
  sbc r29, r1
  rcall 9f
  dec r15
  breq 4f
  rjmp 8b
4:
  ret
9:
  adiw r28, 4
  ldi r30, 4
  mul r30, r24  // bytes between twiddles
  add r26, r0
  adc r27, r1
  ret
END thrum_avr_stage

#endif
