// DepthwiseSums of depthwise_conv_2d.h.

#include "thrum/core/cortex_m4_macros.h"

#if THRUM_KERNELS_CORTEX_M4

// void thrum_cortex_m4_depthwise(const uint32_t* weights r0, const int8_t* input r1, int32_t* sums r2,
//                                const DepthwiseWindow* window r3)
// r4-r7: sums of four channels; r12 walks over the window; lr: the pitch.
FUNCTION thrum_cortex_m4_depthwise
  push {r4-r11, lr}
  ldr lr, [r3, #12]
  ldr r8, [r3]
  sub sp, #8
  str r8, [sp]  // groups that are left
1:
  ldmia r2, {r4-r7}
  mov r12, r1
  ldr r8, [r3, #4]
2:  // a row
  str r8, [sp, #4]
  ldr r8, [r3, #8]
3:  // four products
  ldr r9, [r12]
  add r12, r12, lr
  sxtb16 r10, r9
  sxtb16 r9, r9, ror #8
  ldr r11, [r0], #4
  smlabb r4, r10, r11, r4
  smlatt r6, r10, r11, r6
  ldr r11, [r0], #4
  smlabb r5, r9, r11, r5
  smlatt r7, r9, r11, r7
  subs r8, #1
  bne 3b
  ldr r8, [r3, #16]
  add r12, r12, r8
  ldr r8, [sp, #4]
  subs r8, #1
  bne 2b
  stmia r2!, {r4-r7}
  adds r1, #4
  ldr r8, [sp]
  subs r8, #1
  str r8, [sp]
  bne 1b
  add sp, #8
  pop {r4-r11, pc}
END thrum_cortex_m4_depthwise

#endif
