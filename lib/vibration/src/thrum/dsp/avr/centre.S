// Sum and Centre of ../loops.h.

#include "thrum/core/avr_macros.h"

#if THRUM_KERNELS_AVR

// int32_t Sum(const int16_t* samples r25:24, uint16_t length r23:22)
// Adds x + 32768, which has no sign. 10.5 cycles per sample.
FUNCTION thrum_avr_sum
  movw r30, r24
  lsr r23
  ror r22
  movw r26, r22  // pairs; 32768 * length has them in the upper word
  clr r20
  clr r21
  movw r24, r20
1:
  .irp n, 1, 2
  ld r18, Z+
  ld r19, Z+
  subi r19, 0x80
  add r20, r18
  adc r21, r19
  adc r24, r1
  adc r25, r1
  .endr
  subi r22, 1
  sbci r23, 0
  brne 1b
  sub r24, r26
  sbc r25, r27
  movw r22, r20
  ret
END thrum_avr_sum

// uint16_t Centre(int16_t* samples r25:24, uint16_t length r23:22, int16_t mean r21:20,
//                 uint16_t* clipped r19:18)
// 25 cycles per sample; new extremes, saturation and clipped samples are out of line.
FUNCTION thrum_avr_centre
  push r16
  push r17
  push r18
  push r19
  movw r30, r24
  clr r0  // clipped samples, r1:r0
  clr r24
  clr r25
  movw r26, r24  // maximum r25:24, minimum r27:26
1:
  ld r18, Z
  ldd r19, Z+1
  mov r16, r19
  subi r16, 0x7f
  cpi r16, 2
  brlo 5f  // 0x7Fxx or 0x80xx
2:
  sub r18, r20
  sbc r19, r21
  brvs 6f
3:
  st Z+, r18
  st Z+, r19
  cp r24, r18
  cpc r25, r19
  brlt 7f
  cp r18, r26
  cpc r19, r27
  brlt 8f
4:
  subi r22, 1
  sbci r23, 0
  brne 1b
  com r26
  com r27
  adiw r26, 1  // -minimum
  cp r24, r26
  cpc r25, r27
  brsh 1f
  movw r24, r26
1:
  pop r31
  pop r30
  ld r18, Z
  ldd r19, Z+1
  add r18, r0
  adc r19, r1
  st Z, r18
  std Z+1, r19
  clr r1
  pop r17
  pop r16
  ret
5:
  movw r16, r18  // 0x7FFF, 0x8000 or 0x8001?
  subi r16, 0xff
  sbci r17, 0x7f
  tst r17
  brne 2b
  cpi r16, 3
  brsh 2b
  inc r0
  brne 2b
  inc r1
  rjmp 2b
6:
  lsl r19  // after an overflow the sign is the wrong one
  ldi r18, 0xff
  ldi r19, 0x7f
  brcs 3b
  ldi r18, 0x01
  ldi r19, 0x80
  rjmp 3b
7:
  movw r24, r18
  rjmp 4b
8:
  movw r26, r18
  subi r18, 0x00
  sbci r19, 0x80
  brne 4b
  ldi r26, 1  // -32768 becomes -32767
  sbiw r30, 2
  st Z+, r26
  st Z+, r27
  rjmp 4b
END thrum_avr_centre

#endif
