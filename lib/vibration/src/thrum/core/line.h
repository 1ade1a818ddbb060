#pragma once

// Builds the text of one line, with integers alone: no printf, no heap, no float. Used by everything
// that writes to the serial line, through src/console/output.h.

#include <stdint.h>

#include "thrum/core/code_size.h"

namespace thrum {

// Builds one line; what does not fit is cut, never written past the end. Either piece by piece or
// from a form, whose '%' the values take in turn:
//   line.Form(THRUM_TEXT("!status state:% learned:%")).Number(1).Number(256);
class Line {
 public:
  static constexpr uint8_t kSize = 128;  // characters, with the closing zero

  // Empties it. A form that still waits for values is forgotten.
  void Clear();

  // Starts a form and writes it up to its first '%'. The text is in flash and stays there until the
  // last value has come. Inlined like the others: where the one line is known, neither it nor the
  // returned pointer is passed on, which saves 500 bytes.
  THRUM_INLINED Line& Form(const char* flash_text) {
    BeginForm(flash_text);
    return *this;
  }
  // Text in flash, or in RAM. In a form it is the next value.
  THRUM_INLINED Line& Text(const char* flash_text) {
    AppendText(flash_text);
    return *this;
  }
  Line& Word(const char* ram_text);
  // One character. In a form it comes before the next value.
  THRUM_INLINED Line& Character(char character) {
    AppendCharacter(character);
    return *this;
  }
  // Decimal, without leading zeros.
  THRUM_INLINED Line& Number(uint32_t value) {
    AppendDecimal(value, 0);
    return *this;
  }
  // Two bytes less to pass.
  THRUM_INLINED Line& Number(uint16_t value) {
    AppendShort(value);
    return *this;
  }
  THRUM_INLINED Line& Number(uint8_t value) { return Number(uint16_t{value}); }
  // Decimal, with '-' where it is negative.
  THRUM_INLINED Line& Signed(int8_t value) {
    AppendSigned(value);
    return *this;
  }
  // value / 2^fraction_bits with two decimals, rounded; value < 2^24.
  THRUM_INLINED Line& Fixed(uint32_t value, uint8_t fraction_bits) {
    AppendFixed(value, fraction_bits);
    return *this;
  }

  // The text so far, ends with a zero. Valid until the next call.
  const char* c_str() const { return text_; }

 private:
  void BeginForm(const char* flash_text);
  void ContinueForm();
  void AppendText(const char* flash_text);
  void AppendCharacter(char character);
  void AppendDecimal(uint32_t value, uint8_t decimals);
  void AppendShort(uint16_t value);
  void AppendSigned(int8_t value);
  void AppendFixed(uint32_t value, uint8_t fraction_bits);

  char text_[kSize] = {};
  uint8_t length_ = 0;
  const char* form_ = nullptr;  // flash text behind the '%' that waits for its value
};

}  // namespace thrum
