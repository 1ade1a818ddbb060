// WeighFar and WeighNear of ../velocity.h: exact products, summed in 48 bits.

#include "thrum/core/avr_macros.h"

#if THRUM_KERNELS_AVR

// r6:2 = 24 bits of a power, r18:16, times the weight r20:19. 32 cycles.
.macro PRODUCT24
  mul r16, r19
  movw r2, r0
  mul r17, r20
  movw r4, r0
  mul r16, r20
  add r3, r0
  adc r4, r1
  adc r5, ZERO
  mul r17, r19
  add r3, r0
  adc r4, r1
  adc r5, ZERO
  mul r18, r20
  add r5, r0
  mov r6, r1
  adc r6, ZERO
  mul r18, r19
  add r4, r0
  adc r5, r1
  adc r6, ZERO
.endm

.macro BEGIN_WEIGH
  .irp n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 28, 29
  push r\n
  .endr
  clr ZERO
  movw r28, r24
  movw r30, r22
  mov r21, r20  // bins
  clr r8  // the sum: r15:12, r9:8
  clr r9
  movw r12, r8
  movw r14, r8
.endm

// The end of both functions; the result is in r25:22.
FUNCTION thrum_avr_end_weigh
  .irp n, 29, 28, 17, 16, 15, 14, 13, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2
  pop r\n
  .endr
  clr r1
  ret
END thrum_avr_end_weigh

// uint32_t WeighFar(const int16_t* powers r25:24, const uint8_t* weights r23:22, uint8_t count r20)
// 30 cycles a bin. 22 + 8 bits, up to 255 of them: 38 bits, in r8:r15:12.
FUNCTION thrum_avr_weigh_far
  BEGIN_WEIGH
1:
  ldd r16, Y+1  // >> 8
  ldd r17, Y+2
  ldd r18, Y+3
  adiw r28, 4
  lpm r19, Z+
  mul r16, r19
  movw r2, r0
  mul r18, r19
  movw r4, r0
  mul r17, r19
  add r3, r0
  adc r4, r1
  adc r5, ZERO
  add r12, r2
  adc r13, r3
  adc r14, r4
  adc r15, r5
  adc r8, ZERO
  dec r21
  brne 1b
  mov r22, r13
  mov r23, r14
  mov r24, r15
  mov r25, r8
  rjmp thrum_avr_end_weigh
END thrum_avr_weigh_far

// uint32_t WeighNear(const int16_t* powers r25:24, const uint16_t* weights r23:22, uint8_t count r20)
// 75 cycles a bin. 28 + 16 bits, at most 8 of them: 47 bits, in r9:8:r15:12.
FUNCTION thrum_avr_weigh_near
  BEGIN_WEIGH
2:
  ldd r16, Y+0
  ldd r17, Y+1
  ldd r18, Y+2
  ldd r7, Y+3
  adiw r28, 4
  .irp n, 1, 2
  lsr r7
  ror r18
  ror r17
  ror r16
  .endr
  lpm r19, Z+
  lpm r20, Z+
  PRODUCT24
  add r12, r2
  adc r13, r3
  adc r14, r4
  adc r15, r5
  adc r8, r6
  adc r9, ZERO
  mul r7, r19  // the highest byte of the power
  add r15, r0
  adc r8, r1
  adc r9, ZERO
  mul r7, r20
  add r8, r0
  adc r9, r1
  dec r21
  brne 2b
  movw r22, r14
  movw r24, r8
  rjmp thrum_avr_end_weigh
END thrum_avr_weigh_near

#endif
