#include "thrum/core/base64.h"

namespace thrum {
namespace {

constexpr uint8_t kInvalid = 64;

char Digit(uint8_t value) {
  return static_cast<char>(value < 26    ? 'A' + value
                           : value < 52  ? 'a' + value - 26
                           : value < 62  ? '0' + value - 52
                           : value == 62 ? '+'
                                         : '/');
}

// Looked for: an ATmega328P takes 3 ms for the longest line, and saves 40 bytes.
uint8_t ValueOf(char digit) {
  uint8_t value = 0;
  while (value != kInvalid && Digit(value) != digit) {
    ++value;
  }
  return value;
}

}  // namespace

void AppendBase64(const void* bytes, uint8_t size, Line* line) {
  const uint8_t* from = static_cast<const uint8_t*>(bytes);
  uint8_t rest = 0;  // bits of the last byte, at the upper end of a digit
  uint8_t shift = 2;
  for (; size != 0; --size) {
    line->Character(Digit(rest | *from >> shift));
    rest = static_cast<uint8_t>(*from++ << (6 - shift)) & 63;
    shift = static_cast<uint8_t>(shift + 2);
    if (shift > 6) {
      line->Character(Digit(rest));
      rest = 0;
      shift = 2;
    }
  }
  if (shift != 2) {
    line->Character(Digit(rest));
    for (; shift != 8; shift = static_cast<uint8_t>(shift + 2)) {
      line->Character('=');
    }
  }
}

int16_t DecodeBase64(char* text, uint8_t length) {
  if (length % 4 != 0) {
    return -1;
  }
  for (uint8_t padding = 2; padding != 0 && length != 0 && text[length - 1] == '='; --padding) {
    --length;
  }
  uint8_t size = 0;
  uint16_t bits = 0;  // the low `count` of them are not yet written
  uint8_t count = 0;
  for (uint8_t i = 0; i < length; ++i) {
    const uint8_t value = ValueOf(text[i]);
    if (value == kInvalid) {
      return -1;
    }
    bits = static_cast<uint16_t>(bits << 6 | value);
    count = static_cast<uint8_t>(count + 6);
    if (count >= 8) {
      count = static_cast<uint8_t>(count - 8);
      text[size++] = static_cast<char>(bits >> count);
    }
  }
  return (bits & ((1u << count) - 1)) == 0 ? size : -1;
}

}  // namespace thrum
