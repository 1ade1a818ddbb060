// Sum, Centre and NormalizeAndWindow of ../loops.h.

#include "thrum/core/cortex_m4_macros.h"

#if THRUM_KERNELS_CORTEX_M4

// int32_t Sum(const int16_t* samples r0, uint16_t length r1)
// 10 instructions for 8 samples.
FUNCTION thrum_cortex_m4_sum
  push {r4, r5}
  movs r2, #0
  mov r3, #0x00010001
1:
  .irp register, 4, 5, 12, 4
  ldr r\register, [r0], #4
  smlad r2, r\register, r3, r2
  .endr
  subs r1, #8
  bne 1b
  mov r0, r2
  pop {r4, r5}
  bx lr
END thrum_cortex_m4_sum

// uint16_t Centre(int16_t* samples r0, uint16_t length r1, int16_t mean r2, uint16_t* clipped r3)
// The first pass finds the extremes; they tell whether any sample was clipped (counted in a pass of
// its own) and whether any difference leaves 16 bits. 10 instructions for 2 samples.
FUNCTION thrum_cortex_m4_centre
  push {r4-r8, lr}
  add r1, r0, r1, lsl #1  // end
  mov r8, r0
  ldr r4, [r0]  // maxima
  mov r5, r4  // minima
1:
  ldr r6, [r0], #4
  ldr r7, [r0], #4
  .irp register, 6, 7
  ssub16 r12, r\register, r4
  sel r4, r\register, r4
  ssub16 r12, r5, r\register
  sel r5, r\register, r5
  .endr
  cmp r0, r1
  bne 1b
  asr r6, r4, #16
  sxth r4, r4
  cmp r6, r4
  it gt
  movgt r4, r6
  asr r6, r5, #16
  sxth r5, r5
  cmp r6, r5
  it lt
  movlt r5, r6
  movw r12, #0x7FFF
  cmp r4, r12
  beq 4f
  cmn r5, r12
  ble 4f
2:
  subs r4, r4, r2  // the largest difference of either sign
  subs r5, r2, r5
  cmp r4, r5
  it lt
  movlt r4, r5
  pkhbt r2, r2, r2, lsl #16
  mov r0, r8
  cmp r4, r12
  bgt 6f
3:
  ldr r6, [r0]
  ldr r7, [r0, #4]
  ssub16 r6, r6, r2
  ssub16 r7, r7, r2
  str r6, [r0], #4
  str r7, [r0], #4
  cmp r0, r1
  bne 3b
  mov r0, r4
  pop {r4-r8, pc}
4:
  mov r0, r8
  ldrh lr, [r3]
5:
  ldrsh r6, [r0], #2
  cmp r6, #0
  it mi
  rsbmi r6, r6, #0
  cmp r6, r12
  it ge
  addge lr, lr, #1
  cmp r0, r1
  bne 5b
  strh lr, [r3]
  b 2b
6:
  mov r3, #0x00010001
7:
  ldr r6, [r0]
  qsub16 r6, r6, r2
  qsub16 r6, r6, r3  // -32768 becomes -32767
  sadd16 r6, r6, r3
  str r6, [r0], #4
  cmp r0, r1
  bne 7b
  mov r0, r12
  pop {r4-r8, pc}
END thrum_cortex_m4_centre

// Two samples at r0 and the two values of the window that they need, in r7: `first` and `second` are
// their halves. r2: 2^shift, r8: 2^14, r9: 2^14 twice, r10: 0, r11: bits in use, r12: sum.
.macro NORMALIZE_PAIR first, second
  ldr r6, [r0]
  shsub16 r7, r10, r7  // hann = (32768 - cosine) >> 1
  sadd16 r7, r7, r9
  smulbb r4, r6, r2
  smultb r5, r6, r2
  mul r6, r4, r4
  add r12, r12, r6, lsr #10
  mul r6, r5, r5
  add r12, r12, r6, lsr #10
  smlab\first r4, r4, r7, r8
  smlab\second r5, r5, r7, r8
  lsls r5, r5, #1
  pkhtb r4, r5, r4, asr #15
  str r4, [r0], #4
  TRACK r11, r4, r5
.endm

// uint32_t NormalizeAndWindow(int16_t* samples r0, uint16_t length r1, uint8_t shift r2,
//                             const int16_t* sine r3, uint8_t* excess)
// 19 instructions for 2 samples.
FUNCTION thrum_cortex_m4_normalize_and_window
  push {r4-r11, lr}
  movs r4, #1
  lsl r2, r4, r2
  mov r8, #0x4000
  mov r9, #0x40004000
  mov r10, #0
  mov r11, #0
  mov r12, #0
  add r3, r3, r1, lsr #1  // the cosine
  add lr, r0, r1  // samples + length / 2
  add r1, r0, r1, lsl #1
1:
  ldr r7, [r3], #4
  NORMALIZE_PAIR b, t
  cmp r0, lr
  bne 1b
  subs r3, #2  // cosines of length / 2 and before
2:
  ldr r7, [r3], #-4
  NORMALIZE_PAIR t, b
  cmp r0, r1
  bne 2b
  EXCESS r1, r11
  ldr r3, [sp, #36]
  strb r1, [r3]
  mov r0, r12
  pop {r4-r11, pc}
END thrum_cortex_m4_normalize_and_window

#endif
