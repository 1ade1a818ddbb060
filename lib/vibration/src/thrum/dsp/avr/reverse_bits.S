// ReverseBits of ../loops.h.

#include "thrum/core/avr_macros.h"

#if THRUM_KERNELS_AVR

// void ReverseBits(int16_t* data r25:24, uint16_t points r23:22)
// i and its mirror image count in bytes. 25 cycles per point and 41 per swap.
FUNCTION thrum_avr_reverse_bits
  push r28
  push r29
  push r16
  push r17
  movw r28, r24
  lsl r22
  rol r23
  movw r24, r22  // the highest bit of the mirror image
  lsl r22
  rol r23  // end
  clr r26
  clr r27
  movw r30, r26
  rjmp 4f
1:
  movw r18, r24
  rjmp 3f
2:
  sub r26, r18
  sbc r27, r19
  lsr r19
  ror r18
3:
  cp r26, r18
  cpc r27, r19
  brsh 2b
  add r26, r18
  adc r27, r19
  cp r30, r26
  cpc r31, r27
  brlo 5f
4:
  adiw r30, 4
  cp r30, r22
  cpc r31, r23
  brlo 1b
  pop r17
  pop r16
  pop r29
  pop r28
  ret
5:
  add r26, r28
  adc r27, r29
  add r30, r28
  adc r31, r29
  .irp offset, 0, 2
  ld r16, X+
  ld r17, X
  ldd r18, Z+\offset
  ldd r19, Z+\offset+1
  std Z+\offset, r16
  std Z+\offset+1, r17
  st X, r19
  st -X, r18
  adiw r26, 2
  .endr
  sbiw r26, 4
  sub r26, r28
  sbc r27, r29
  sub r30, r28
  sbc r31, r29
  rjmp 4b
END thrum_avr_reverse_bits

#endif
