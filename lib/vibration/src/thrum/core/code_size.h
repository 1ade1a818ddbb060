#pragma once

// Marks for functions whose size matters where flash is 30 KB. avr-gcc -Os inlines a function that is
// called once, and often one that is called twice, although the caller then needs more registers and
// more stack than a call costs. Each mark was measured on the ATmega328P and saves 10 to 500 bytes of
// flash, or stack that would otherwise be part of every window; `make bench` shows both. The marks
// change no result, and the other targets hardly notice them.

// Keeps a function a function.
#define THRUM_OUT_OF_LINE [[gnu::noinline]]

// Makes it part of every caller: for shells that pass constants on.
#define THRUM_INLINED [[gnu::always_inline]]
