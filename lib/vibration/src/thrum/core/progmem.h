#pragma once

// Constants in flash. THRUM_FLASH marks a table, FlashRead reads one element of it, THRUM_TEXT
// keeps a string literal there (usable inside functions). On targets with one address space all of
// it compiles to a plain load.

#include <stdint.h>

#include "thrum/core/target.h"

#if THRUM_FLASH_IS_SEPARATE
#include <avr/pgmspace.h>
#define THRUM_FLASH PROGMEM
#define THRUM_TEXT(literal) PSTR(literal)
#else
#define THRUM_FLASH
#define THRUM_TEXT(literal) (literal)
#endif

namespace thrum {

#if THRUM_FLASH_IS_SEPARATE
// One value of a table in flash; `at` is its address there. On an AVR one cycle a byte more than RAM.
inline uint8_t FlashRead(const uint8_t* at) { return pgm_read_byte(at); }
inline int8_t FlashRead(const int8_t* at) { return static_cast<int8_t>(pgm_read_byte(at)); }
inline char FlashRead(const char* at) { return static_cast<char>(pgm_read_byte(at)); }
inline uint16_t FlashRead(const uint16_t* at) { return pgm_read_word(at); }
inline int16_t FlashRead(const int16_t* at) { return static_cast<int16_t>(pgm_read_word(at)); }
inline uint32_t FlashRead(const uint32_t* at) { return pgm_read_dword(at); }
inline int32_t FlashRead(const int32_t* at) { return static_cast<int32_t>(pgm_read_dword(at)); }
#else
template <typename T>
inline T FlashRead(const T* at) {
  return *at;
}
#endif

// For enumerations: a switch would cost an AVR a table of addresses in RAM. The text with this number
// among texts that end with '\0' each and with "" all together; "unknown" where there are not so
// many.
const char* FlashText(const char* texts, uint8_t number);

}  // namespace thrum
