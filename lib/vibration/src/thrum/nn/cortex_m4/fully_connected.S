// DenseStream of fully_connected.h, which explains the arithmetic and the layout of the stream.

#include "thrum/core/cortex_m4_macros.h"

#if THRUM_KERNELS_CORTEX_M4

// Four inputs times four outputs. r2-r5: weights of outputs 0 and 2, then of 1 and 3; x0, x1: the
// inputs as int16 pairs (2:0) and (3:1). r10 and r12 gather both outputs of a word, r11 and lr the
// lower one, by Winograd's inner product.
.macro BLOCK x0, x1
  ldmia r0!, {r2-r5}
  smlad r10, r2, \x0, r10
  smlad r10, r3, \x1, r10
  sxtab16 r2, \x1, r2
  sxtab16 r3, \x0, r3
  smlad r11, r2, r3, r11
  smlad r12, r4, \x0, r12
  smlad r12, r5, \x1, r12
  sxtab16 r4, \x1, r4
  sxtab16 r5, \x0, r5
  smlad lr, r4, r5, lr
.endm

// t -= unit where the accumulator is negative; it is zero there or `minus` is not positive.
.macro ROUND_NEGATIVE t, value, operation
  \operation \value, r6, \value, asr #31
  sub \t, \t, \value
.endm

// void thrum_cortex_m4_dense(const uint32_t* stream r0, const int8_t* input r1, int8_t* output r2)
// Stack: 64 bytes and two per input. sp ends the widened inputs, so that no register counts them.
FUNCTION thrum_cortex_m4_dense
  push {r4-r11, lr}
  ldmia r0!, {r3, r5, r6, r8, r9, r11}  // bytes of widened inputs, 2^s, 2^(s-8), addend, general,
  movs r7, #0                           // outputs
  mov r10, r2
  add r11, r11, r2
  push {r5-r11}
  mov r2, sp
1:  // widen eight inputs; r7: sum of the products of neighbours
  ldr r9, [r1], #4  // the only loads from what may be unaligned
  ldr r11, [r1], #4
  sxtb16 r8, r9
  sxtb16 r9, r9, ror #8
  sxtb16 r10, r11
  sxtb16 r11, r11, ror #8
  smlad r7, r8, r9, r7
  smlad r7, r10, r11, r7
  push {r8-r11}
  subs r3, #16
  bne 1b
  muls r7, r5, r7
  str r7, [r2, #8]
  mov r1, r2
2:  // four outputs
  ldmia r0!, {r10-r12, lr}
3:
  ldmdb r1!, {r6-r9}
  BLOCK r6, r7
  BLOCK r8, r9
  cmp sp, r1
  bne 3b
  ldmia r0!, {r1-r5}  // bytes of widened inputs, multipliers of outputs 0, 2, 1, 3
  add r1, sp, r1
  ldmia r1, {r6-r9}  // 2^s, 2^(s-8), products of neighbours, addend
  mls r11, r11, r6, r8  // minus the accumulator, scaled by 2^s
  mls lr, lr, r6, r8
  mul r10, r10, r7
  mul r12, r12, r7
  add r10, r10, r11, asr #8  // the accumulator, scaled by 2^s
  add r12, r12, lr, asr #8
  smmls r2, r11, r2, r9
  smmla r3, r10, r3, r9
  smmls r4, lr, r4, r9
  smmla r5, r12, r5, r9
  ldr r7, [r1, #16]
  cbnz r7, 5f
4:
  pkhtb r3, r3, r2, asr #16
  pkhtb r5, r5, r4, asr #16
  usat16 r3, #8, r3
  usat16 r5, #8, r5
  orr r3, r3, r5, lsl #8
  eor r3, r3, #0x80808080
  ldrd r4, r5, [r1, #20]
  str r3, [r4], #4
  str r4, [r1, #20]
  cmp r4, r5
  bne 2b
  adds r1, #28
  mov sp, r1
  pop {r4-r11, pc}
5:  // negative values count, or the shifts differ
  lsrs r6, r6, #1
  ROUND_NEGATIVE r2, r11, bic
  ROUND_NEGATIVE r3, r10, and
  ROUND_NEGATIVE r4, lr, bic
  ROUND_NEGATIVE r5, r12, and
  ldmia r0!, {r6-r10}  // further shifts of outputs 0, 2, 1, 3, and what is added after them
  asrs r2, r6
  asrs r3, r7
  asr r4, r4, r8
  asr r5, r5, r9
  add r2, r10
  add r3, r10
  add r4, r10
  add r5, r10
  b 4b
END thrum_cortex_m4_dense

// void thrum_cortex_m4_sums(const uint32_t* stream r0, const int8_t* input r1, int32_t* sums r2)
// Stack: 48 bytes and two per input.
FUNCTION thrum_cortex_m4_sums
  push {r4-r11, lr}
  ldmia r0!, {r3, r7}  // bytes of widened inputs, of sums
  mov r6, r2
  add r7, r7, r2
  push {r5-r7}  // r5: room for the products of neighbours
  movs r7, #0
  mov r2, sp
1:
  ldr r9, [r1], #4
  ldr r11, [r1], #4
  sxtb16 r8, r9
  sxtb16 r9, r9, ror #8
  sxtb16 r10, r11
  sxtb16 r11, r11, ror #8
  smlad r7, r8, r9, r7
  smlad r7, r10, r11, r7
  push {r8-r11}
  subs r3, #16
  bne 1b
  str r7, [r2]
  mov r1, r2
2:  // four outputs
  ldmia r0!, {r10-r12, lr}
3:
  ldmdb r1!, {r6-r9}
  BLOCK r6, r7
  BLOCK r8, r9
  cmp sp, r1
  bne 3b
  ldr r1, [r0], #4
  add r1, sp, r1
  ldmia r1, {r2-r4}  // products of neighbours, sums, their end
  subs r11, r2
  sub lr, lr, r2
  sub r10, r10, r11
  sub r12, r12, lr
  ldmia r3, {r6-r9}
  add r6, r11
  add r7, lr
  add r8, r8, r10, asr #8
  add r9, r9, r12, asr #8
  stmia r3!, {r6-r9}
  str r3, [r1, #4]
  cmp r3, r4
  bne 2b
  adds r1, #12
  mov sp, r1
  pop {r4-r11, pc}
END thrum_cortex_m4_sums

#endif
