#include "thrum/core/line.h"

#include "thrum/core/progmem.h"

namespace thrum {

THRUM_OUT_OF_LINE void Line::Clear() {
  length_ = 0;
  text_[0] = '\0';
  form_ = nullptr;
}

void Line::AppendCharacter(char character) {
  if (length_ < kSize - 1) {
    text_[length_++] = character;
    text_[length_] = '\0';
  }
}

THRUM_OUT_OF_LINE void Line::BeginForm(const char* flash_text) {
  form_ = flash_text;
  ContinueForm();
}

// To the next '%', which is skipped. After every value: without a form it does nothing.
void Line::ContinueForm() {
  if (form_ == nullptr) {
    return;
  }
  for (char c = FlashRead(form_); c != '\0'; c = FlashRead(form_)) {
    ++form_;
    if (c == '%') {
      return;
    }
    AppendCharacter(c);
  }
}

void Line::AppendText(const char* flash_text) {
  for (char c = FlashRead(flash_text); c != '\0'; c = FlashRead(++flash_text)) {
    AppendCharacter(c);
  }
  ContinueForm();
}

Line& Line::Word(const char* ram_text) {
  while (*ram_text != '\0') {
    AppendCharacter(*ram_text++);
  }
  ContinueForm();
  return *this;
}

// value / 10^decimals; decimals: 0 or more.
void Line::AppendDecimal(uint32_t value, uint8_t decimals) {
  char digits[12];
  char* first = digits + sizeof(digits) - 1;
  *first = '\0';
  for (uint8_t written = 0; written <= decimals || value != 0; ++written) {
    if (written == decimals && decimals != 0) {
      *--first = '.';
    }
    *--first = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  Word(first);
}

THRUM_OUT_OF_LINE void Line::AppendShort(uint16_t value) { AppendDecimal(value, 0); }

THRUM_OUT_OF_LINE void Line::AppendSigned(int8_t value) {
  if (value < 0) {
    AppendCharacter('-');
  }
  AppendShort(static_cast<uint16_t>(value < 0 ? -value : value));
}

void Line::AppendFixed(uint32_t value, uint8_t fraction_bits) {
  const uint32_t half = (UINT32_C(1) << fraction_bits) >> 1;
  AppendDecimal((value * 100 + half) >> fraction_bits, 2);
}

}  // namespace thrum
