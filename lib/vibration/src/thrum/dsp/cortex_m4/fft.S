// ReverseBits, Stage and SplitPowers of ../loops.h.

#include "thrum/core/cortex_m4_macros.h"

#if THRUM_KERNELS_CORTEX_M4

// Prepares r1 points at r0 for loads that halve with rounding, which is what shift = r3 = 1 wants;
// 0: doubles them (13 bits are in use), 2: halves them without rounding. Uses r2, r3 and r12.
FUNCTION thrum_cortex_m4_prepare
  movs r2, #0
  subs r3, #1
  beq 3f
  bpl 2f
1:
  .rept 4
  ldr r12, [r0]
  sadd16 r12, r12, r12
  str r12, [r0], #4
  .endr
  subs r1, #4
  bne 1b
  bx lr
2:
  .rept 4
  ldr r12, [r0]
  shadd16 r12, r12, r2
  str r12, [r0], #4
  .endr
  subs r1, #4
  bne 2b
3:
  bx lr
END thrum_cortex_m4_prepare

// void ReverseBits(int16_t* data r0, uint16_t points r1)
FUNCTION thrum_cortex_m4_reverse_bits
  push {r4, r5}
  clz r12, r1
  add r12, r12, #1
  movs r2, #1
1:
  rbit r3, r2
  lsr r3, r3, r12
  cmp r2, r3
  bhs 2f
  ldr r4, [r0, r2, lsl #2]
  ldr r5, [r0, r3, lsl #2]
  str r4, [r0, r3, lsl #2]
  str r5, [r0, r2, lsl #2]
2:
  adds r2, #1
  cmp r2, r1
  bne 1b
  pop {r4, r5}
  bx lr
END thrum_cortex_m4_reverse_bits

// Loads a in r11 and b in r12, halved.
.macro LOAD_PAIR
  ldr r11, [r7]
  ldr r12, [r7, r2]
  shadd16 r11, r11, r8
  shadd16 r12, r12, r8
.endm

// a + t and a - t with t in \t; \t is overwritten.
.macro STORE_PAIR t
  ssub16 r12, r11, \t
  sadd16 r11, r11, \t
  str r12, [r7, r2]
  str r11, [r7]
  TRACK r10, r11, lr
  TRACK r10, r12, lr
  add r7, r7, r2, lsl #1
  cmp r7, r1
.endm

// uint8_t Stage(int16_t* data r0, uint16_t points r1, uint16_t half r2, const int16_t* sine r3,
//               uint8_t shift)
// 19 instructions for a butterfly, 15 where the twiddle is 1.
FUNCTION thrum_cortex_m4_stage
  ldr r12, [sp]
  push {r0-r11, lr}
  mov r3, r12
  bl thrum_cortex_m4_prepare
  pop {r0-r3}
  lsls r5, r1, #1
  udiv r4, r5, r2  // bytes of the table between twiddles
  mov r5, r1  // bytes of a quarter turn
  add r1, r0, r1, lsl #2  // end of the data
  lsls r2, r2, #2
  add r12, r0, r2  // end of the first block
  push {r12}
  mov r8, #0x00010001
  mov r9, #0x4000
  mov r10, #0
  mov r7, r0
1:
  LOAD_PAIR
  mov lr, r12
  STORE_PAIR lr
  blo 1b
  b 4f
2:
  ldrh r6, [r3, r5]
  ldrh r12, [r3]
  mov r7, r0
  orr r6, r6, r12, lsl #16  // sine:cosine
3:
  LOAD_PAIR
  smlad lr, r12, r6, r9  // re = br * cos + bi * sin
  smlsdx r12, r6, r12, r9  // im = bi * cos - br * sin
  lsl r12, r12, #1
  pkhtb lr, r12, lr, asr #15
  STORE_PAIR lr
  blo 3b
4:
  ldr r12, [sp]
  adds r0, #4
  add r3, r4
  cmp r0, r12
  blo 2b
  EXCESS r0, r10
  add sp, #4
  pop {r4-r11, pc}
END thrum_cortex_m4_stage

// void SplitPowers(int16_t* z r0, uint16_t points r1, const int16_t* sine r2, uint8_t shift r3)
// 25 instructions for a pair of bins.
FUNCTION thrum_cortex_m4_split_powers
  push {r0-r10, lr}
  bl thrum_cortex_m4_prepare
  pop {r0-r2}
  add sp, #4
  mov r8, #0x00010001
  mov r9, #0x4000
  movs r3, #0
  add r10, r0, r1, lsl #2
  str r3, [r0], #4
  subs r10, #4
1:
  ldr r3, [r0]
  ldr r4, [r10]
  ldrh r6, [r2, #2]!
  ldrh r7, [r2, r1]
  shadd16 r3, r3, r8
  shadd16 r4, r4, r8
  orr r6, r7, r6, lsl #16  // sine:cosine
  sadd16 r5, r3, r4
  ssub16 r7, r3, r4
  pkhbt r3, r5, r7  // even part
  pkhbt r4, r7, r5  // odd part
  smlad r5, r4, r6, r9  // re = odd re * cos + odd im * sin
  smlsdx r7, r6, r4, r9  // im = odd im * cos - odd re * sin
  lsls r7, r7, #1
  pkhtb r5, r7, r5, asr #15
  ssax r4, r3, r5  // even - j odd
  sasx r3, r3, r5
  smuad r4, r4, r4
  smuad r3, r3, r3
  str r4, [r0], #4
  str r3, [r10], #-4
  cmp r0, r10
  bne 1b
  ldr r3, [r0]  // the middle bin is its own mirror image: 2X = 2Z
  shadd16 r3, r3, r8
  sadd16 r3, r3, r3
  smuad r3, r3, r3
  str r3, [r0]
  pop {r4-r10, pc}
END thrum_cortex_m4_split_powers

#endif
