#pragma once

// The serial line between a host and the firmware, as PROTOCOL.md describes it: bytes to lines,
// lines to requests, answers to sealed lines. No state but the line buffer; what a request does is
// src/commands/commands.cpp.

#include <stdint.h>

#include "thrum/core/line.h"

namespace thrum {

constexpr uint8_t kRequestSize = 80;        // characters of a line, without its end
constexpr uint8_t kSamplesPerRequest = 24;  // of a window, in one line down
constexpr uint8_t kSamplesPerRawLine = 42;  // in one line up: 2.95 characters per sample

enum class Command : uint8_t {
  kNone,        // an empty line, or one that a device wrote
  kIdentity,    // ?
  kStatus,      // status
  kVelocity,    // v
  kWindow,      // w OFFSET DATA
  kAxis,        // a
  kJudge,       // p
  kFeatures,    // f DATA
  kThresholds,  // t, t RAISE CLEAR
  kLearn,       // learn, learn WINDOWS, learn WINDOWS STATES
  kForget,      // forget
  kRaw,         // raw 0, raw 1
  kState,       // state; not where there is one alone
};

// The number is what the error line shows.
enum class LineError : uint8_t {
  kNone = 0,
  kUnknown = 1,
  kOverlong = 2,
  kChecksum = 3,
  kForm = 4,
  kRange = 5,
  kOrder = 6,
  kEngine = 7,
};

struct Request {
  Command command;
  uint8_t count;        // numbers given
  uint16_t numbers[2];  // in their order on the line
  uint8_t size;         // bytes of data
  const uint8_t* data;  // lives in the line buffer, until the next byte is pushed
};

// Collects bytes into lines.
class LineReader {
 public:
  // True when `character` ended a line; Parse it before the next Push.
  bool Push(char character);

  // Takes the line apart. Anything but kNone: *request is not to be used.
  [[nodiscard]] LineError Parse(Request* request);

 private:
  char text_[kRequestSize + 1] = {};
  uint8_t length_ = 0;  // kRequestSize + 1: too long
};

// CRC-16/XMODEM: polynomial 0x1021, starts with 0.
uint16_t Crc16(const char* text, uint8_t length);

// Ends a line with '*' and the four hexadecimal digits of its CRC.
void Seal(Line* line);

const char* Explain(LineError error);  // flash text

}  // namespace thrum
