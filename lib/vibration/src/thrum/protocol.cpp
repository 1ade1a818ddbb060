#include "protocol.h"

#include <string.h>

#include "crc16.h"
#include "progmem.h"

namespace thrum {
namespace {

constexpr uint8_t kChecksumSize = 5;  // "*hhhh"
constexpr uint8_t kInvalid = 255;

// What may follow a command's word.
struct Form {
  char word[7];
  Command command;
  uint8_t fewest;  // numbers
  uint8_t most;
  bool data;      // base64 after the numbers
  bool unsealed;  // may come without a checksum: carries nothing that damage could change unnoticed
};

const Form kForms[] THRUM_FLASH = {
    {"?", Command::kIdentity, 0, 0, false, true},
    {"status", Command::kStatus, 0, 0, false, true},
    {"w", Command::kWindow, 1, 1, true, false},
    {"a", Command::kAxis, 0, 0, false, true},
    {"p", Command::kJudge, 0, 0, false, true},
    {"f", Command::kFeatures, 0, 0, true, false},
    {"t", Command::kThresholds, 0, 2, false, false},
    {"learn", Command::kLearn, 0, 2, false, false},
    {"forget", Command::kForget, 0, 0, false, true},
    {"raw", Command::kRaw, 1, 1, false, true},
};
constexpr uint8_t kFormCount = sizeof(kForms) / sizeof(kForms[0]);

void ReadForm(uint8_t index, Form* form) {
  const char* from = reinterpret_cast<const char*>(&kForms[index]);
  char* to = reinterpret_cast<char*>(form);
  for (uint8_t i = 0; i < sizeof(Form); ++i) {
    to[i] = FlashRead(from + i);
  }
}

bool FindForm(const char* word, Form* form) {
  for (uint8_t i = 0; i < kFormCount; ++i) {
    ReadForm(i, form);
    if (strcmp(word, form->word) == 0) {
      return true;
    }
  }
  return false;
}

// Lower case alone: with both, a damaged bit could go unnoticed.
uint8_t HexDigit(char c) {
  return static_cast<uint8_t>(c >= '0' && c <= '9'   ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                                     : kInvalid);
}

bool ParseHex16(const char* text, uint16_t* value) {
  *value = 0;
  for (uint8_t i = 0; i < 4; ++i) {
    const uint8_t digit = HexDigit(text[i]);
    if (digit == kInvalid) {
      return false;
    }
    *value = static_cast<uint16_t>(*value << 4 | digit);
  }
  return true;
}

// Decimal digits alone, at most 65535.
bool ParseNumber(const char* text, uint16_t* value) {
  uint16_t sum = 0;
  const char* c = text;
  for (; *c >= '0' && *c <= '9'; ++c) {
    const uint8_t digit = static_cast<uint8_t>(*c - '0');
    if (sum > (UINT16_MAX - digit) / 10) {
      return false;
    }
    sum = static_cast<uint16_t>(sum * 10 + digit);
  }
  *value = sum;
  return c != text && *c == '\0';
}

// Ends the word at *text, moves *text behind it, returns the word; nullptr when nothing is left.
char* NextWord(char** text) {
  char* const word = *text;
  if (*word == '\0') {
    return nullptr;
  }
  char* end = word;
  while (*end != ' ' && *end != '\0') {
    ++end;
  }
  *text = *end == '\0' ? end : end + 1;
  *end = '\0';
  return word;
}

uint8_t Base64Value(char c) {
  return static_cast<uint8_t>(c >= 'A' && c <= 'Z'   ? c - 'A'
                              : c >= 'a' && c <= 'z' ? c - 'a' + 26
                              : c >= '0' && c <= '9' ? c - '0' + 52
                              : c == '+'             ? 62
                              : c == '/'             ? 63
                                                     : kInvalid);
}

char Base64Digit(uint8_t value) {
  return static_cast<char>(value < 26    ? 'A' + value
                           : value < 52  ? 'a' + value - 26
                           : value < 62  ? '0' + value - 52
                           : value == 62 ? '+'
                                         : '/');
}

LineError ParseArguments(const Form& form, char* rest, Request* request) {
  request->count = 0;
  request->size = 0;
  request->data = nullptr;
  char* word = NextWord(&rest);
  while (word != nullptr && request->count < form.most) {
    if (!ParseNumber(word, &request->numbers[request->count])) {
      return LineError::kForm;
    }
    ++request->count;
    word = NextWord(&rest);
  }
  if (request->count < form.fewest || form.data != (word != nullptr)) {
    return LineError::kForm;
  }
  if (form.data) {
    const int16_t size = DecodeBase64(word, static_cast<uint8_t>(strlen(word)));
    if (size <= 0 || *rest != '\0') {
      return LineError::kForm;
    }
    request->size = static_cast<uint8_t>(size);
    request->data = reinterpret_cast<const uint8_t*>(word);
  }
  return LineError::kNone;
}

}  // namespace

bool LineReader::Push(char character) {
  if (ended_) {
    ended_ = false;
    overlong_ = false;
    length_ = 0;
  }
  if (character == '\n') {
    ended_ = true;
  } else if (character != '\r') {
    overlong_ = overlong_ || length_ == kRequestSize;
    if (!overlong_) {
      text_[length_++] = character;
    }
  }
  return ended_;
}

LineError LineReader::Parse(Request* request) {
  request->command = Command::kNone;
  if (overlong_) {
    return LineError::kOverlong;
  }
  if (length_ == 0 || text_[0] == '!' || text_[0] == '#') {
    return LineError::kNone;
  }
  bool sealed = false;
  if (length_ >= kChecksumSize && text_[length_ - kChecksumSize] == '*') {
    uint16_t sum;
    length_ = static_cast<uint8_t>(length_ - kChecksumSize);
    sealed = ParseHex16(text_ + length_ + 1, &sum) && sum == Crc16(text_, length_);
    if (!sealed) {
      return LineError::kChecksum;
    }
  }
  text_[length_] = '\0';
  const bool holds_zeros = strlen(text_) != length_;
  char* rest = text_;
  Form form;
  const char* word = NextWord(&rest);
  if (holds_zeros || word == nullptr || !FindForm(word, &form)) {
    return LineError::kUnknown;
  }
  if (!sealed && !form.unsealed && *rest != '\0') {
    return LineError::kChecksum;
  }
  const LineError error = ParseArguments(form, rest, request);
  request->command = error == LineError::kNone ? form.command : Command::kNone;
  return error;
}

[[gnu::noinline]] uint16_t Crc16(const char* text, uint8_t length) {
  uint16_t crc = 0;
  for (; length != 0; --length) {
    crc = Crc16Step(crc, static_cast<uint8_t>(*text++));
  }
  return crc;
}

void AppendBase64(const void* bytes, uint8_t size, Line* line) {
  const uint8_t* from = static_cast<const uint8_t*>(bytes);
  uint8_t rest = 0;  // bits of the last byte, at the upper end of a digit
  uint8_t shift = 2;
  for (; size != 0; --size) {
    line->Character(Base64Digit(rest | *from >> shift));
    rest = static_cast<uint8_t>(*from++ << (6 - shift)) & 63;
    shift = static_cast<uint8_t>(shift + 2);
    if (shift > 6) {
      line->Character(Base64Digit(rest));
      rest = 0;
      shift = 2;
    }
  }
  if (shift != 2) {
    line->Character(Base64Digit(rest));
    line->Text(shift == 4 ? THRUM_TEXT("==") : THRUM_TEXT("="));
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
    const uint8_t value = Base64Value(text[i]);
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

void Seal(Line* line) {
  uint16_t crc = Crc16(line->c_str(), static_cast<uint8_t>(strlen(line->c_str())));
  line->Character('*');
  for (uint8_t i = 0; i < 4; ++i) {
    const uint8_t digit = static_cast<uint8_t>(crc >> 12);
    line->Character(static_cast<char>(digit < 10 ? '0' + digit : 'a' + digit - 10));
    crc = static_cast<uint16_t>(crc << 4);
  }
}

const char* Explain(LineError error) {
  return FlashText(THRUM_TEXT("no error\0"
                              "unknown command\0"
                              "line too long\0"
                              "checksum missing or wrong\0"
                              "malformed arguments\0"
                              "value out of range\0"
                              "the window is not complete\0"
                              "the engine failed\0"),
                   static_cast<uint8_t>(error));
}

}  // namespace thrum
