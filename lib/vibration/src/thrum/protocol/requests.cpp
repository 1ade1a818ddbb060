#include "thrum/protocol/requests.h"

#include <string.h>

#include "thrum/core/base64.h"
#include "thrum/core/code_size.h"
#include "thrum/core/crc16.h"
#include "thrum/core/progmem.h"
#include "thrum/core/target.h"

namespace thrum {
namespace {

constexpr uint8_t kChecksumSize = 5;  // "*hhhh"

// What may follow a command's word, in one byte: bits 0 and 1 the fewest numbers, 2 and 3 the most.
constexpr uint8_t Numbers(uint8_t fewest, uint8_t most) {
  return static_cast<uint8_t>(fewest | most << 2);
}
constexpr uint8_t Fewest(uint8_t arguments) { return arguments & 3; }
constexpr uint8_t Most(uint8_t arguments) { return arguments >> 2 & 3; }
constexpr uint8_t kData = 16;      // base64 after the numbers
constexpr uint8_t kUnsealed = 32;  // no checksum needed: a person can type it, programs seal it

struct Form {
  char word[7];
  uint8_t arguments;
};

// In the order of Command, which begins with kNone.
const Form kForms[] THRUM_FLASH = {
    {"?", kUnsealed},
    {"status", kUnsealed},
    {"v", kUnsealed},
    {"w", Numbers(1, 1) | kData},
    {"a", kUnsealed},
    {"p", kUnsealed},
    {"f", kData},
    {"t", Numbers(0, 2)},
    {"learn", Numbers(0, 2)},
    {"forget", kUnsealed},
    {"raw", Numbers(1, 1) | kUnsealed},
#if THRUM_OPERATING_STATES > 1
    {"state", kUnsealed},
#endif
};
constexpr uint8_t kFormCount = sizeof(kForms) / sizeof(kForms[0]);
static_assert(kFormCount + (THRUM_OPERATING_STATES == 1) == static_cast<uint8_t>(Command::kState),
              "a form for every command");

bool Same(const char* text, const char* flash_text) {
  for (; *text == FlashRead(flash_text); ++text, ++flash_text) {
    if (*text == '\0') {
      return true;
    }
  }
  return false;
}

// kNone: there is no such command, or no word.
Command FindCommand(const char* word, uint8_t* arguments) {
  for (uint8_t i = 0; word != nullptr && i < kFormCount; ++i) {
    if (Same(word, kForms[i].word)) {
      *arguments = FlashRead(&kForms[i].arguments);
      return static_cast<Command>(i + 1);
    }
  }
  return Command::kNone;
}

// Of the upper four bits. Lower case alone: with both, a damaged bit could go unnoticed.
char HexDigit(uint16_t bits) {
  const uint8_t digit = static_cast<uint8_t>(bits >> 12);
  return static_cast<char>(digit < 10 ? '0' + digit : 'a' + digit - 10);
}

bool IsHex(const char* text, uint16_t value) {
  for (uint8_t i = 0; i < 4; ++i) {
    if (text[i] != HexDigit(value)) {
      return false;
    }
    value = static_cast<uint16_t>(value << 4);
  }
  return true;
}

// Decimal digits alone, at most 65535.
bool ParseNumber(const char* text, uint16_t* value) {
  uint16_t sum = 0;
  const char* c = text;
  for (; *c >= '0' && *c <= '9'; ++c) {
    const uint8_t digit = static_cast<uint8_t>(*c - '0');
    const uint32_t longer = static_cast<uint32_t>(sum) * 10 + digit;
    if (longer > UINT16_MAX) {
      return false;
    }
    sum = static_cast<uint16_t>(longer);
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

LineError ParseArguments(uint8_t arguments, char* rest, Request* request) {
  request->count = 0;
  request->size = 0;
  request->data = nullptr;
  char* word = NextWord(&rest);
  while (word != nullptr && request->count < Most(arguments)) {
    if (!ParseNumber(word, &request->numbers[request->count])) {
      return LineError::kForm;
    }
    ++request->count;
    word = NextWord(&rest);
  }
  const bool data = (arguments & kData) != 0;
  if (request->count < Fewest(arguments) || data != (word != nullptr)) {
    return LineError::kForm;
  }
  if (data) {
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
  if (character == '\n') {
    return true;
  }
  if (character != '\r' && length_ <= kRequestSize) {
    text_[length_++] = character;
  }
  return false;
}

LineError LineReader::Parse(Request* request) {
  uint8_t length = length_;
  length_ = 0;
  request->command = Command::kNone;
  if (length > kRequestSize) {
    return LineError::kOverlong;
  }
  if (length == 0 || text_[0] == '!' || text_[0] == '#') {
    return LineError::kNone;
  }
  bool sealed = false;
  if (length >= kChecksumSize && text_[length - kChecksumSize] == '*') {
    length = static_cast<uint8_t>(length - kChecksumSize);
    sealed = IsHex(text_ + length + 1, Crc16(text_, length));
    if (!sealed) {
      return LineError::kChecksum;
    }
  }
  text_[length] = '\0';
  if (strlen(text_) != length) {
    return LineError::kUnknown;  // it holds zeros
  }
  char* rest = text_;
  uint8_t arguments = 0;
  const Command command = FindCommand(NextWord(&rest), &arguments);
  if (command == Command::kNone) {
    return LineError::kUnknown;
  }
  if (!sealed && (arguments & kUnsealed) == 0 && *rest != '\0') {
    return LineError::kChecksum;
  }
  const LineError error = ParseArguments(arguments, rest, request);
  request->command = error == LineError::kNone ? command : Command::kNone;
  return error;
}

THRUM_OUT_OF_LINE uint16_t Crc16(const char* text, uint8_t length) {
  uint16_t crc = 0;
  for (; length != 0; --length) {
    crc = Crc16Step(crc, static_cast<uint8_t>(*text++));
  }
  return crc;
}

void Seal(Line* line) {
  uint16_t crc = Crc16(line->c_str(), static_cast<uint8_t>(strlen(line->c_str())));
  line->Character('*');
  for (uint8_t i = 0; i < 4; ++i) {
    line->Character(HexDigit(crc));
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
                              "window incomplete\0"
                              "engine failed\0"),
                   static_cast<uint8_t>(error));
}

}  // namespace thrum
