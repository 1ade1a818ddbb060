// libFuzzer target: the serial line of the firmware, from bytes to pipeline. test/python/test_fuzz.py
// builds and runs it. Checks after every line, besides what the sanitizers see:
//   - answers are sealed, printable and fit a line;
//   - a line that got an error has changed nothing.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <string>

#include "commands.h"
#include "console.h"
#include "firmware.h"
#include "model_params.h"
#include "pipeline.h"
#include "sampler.h"
#include "thrum/protocol.h"

namespace thrum {
namespace {

std::string received;
size_t next;
uint32_t now_ms;
bool refused;
unsigned answers;

void Check(bool condition, const char* what) {
  if (!condition) {
    fprintf(stderr, "%s\n", what);
    abort();
  }
}

// Everything that a request may change and that is not the window's samples.
struct Snapshot {
  uint16_t learned = pipeline::Learned();
  uint16_t learns_from = pipeline::BaselineWindows();
  uint8_t mean = pipeline::Score();
  State state = pipeline::CurrentState();
  uint8_t raise = pipeline::Thresholds().raise;
  uint8_t clear = pipeline::Thresholds().clear;

  bool operator==(const Snapshot& other) const {
    return learned == other.learned && learns_from == other.learns_from && mean == other.mean &&
           state == other.state && raise == other.raise && clear == other.clear;
  }
};

void TakeLine(const std::string& line) {
  received = line + "\n";
  next = 0;
  refused = false;
  answers = 0;
  const Snapshot before;
  const Mode mode = ServeLine();
  Check(answers <= 3, "more than three answers to one line");
  Check(!refused || answers == 1, "an error among answers");
  Check(!refused || before == Snapshot(), "a refused line changed something");
  Check(mode <= Mode::kFed, "no such mode");
}

std::string Sealed(const std::string& payload) {
  char checksum[6];
  snprintf(checksum, sizeof(checksum), "*%04x",
           Crc16(payload.data(), static_cast<uint8_t>(payload.size())));
  return payload + checksum;
}

}  // namespace

int16_t ReadByte() { return next < received.size() ? static_cast<uint8_t>(received[next++]) : -1; }

uint32_t RateHz() { return model::kRateHz; }

uint16_t Milliseconds() { return static_cast<uint16_t>(now_ms); }

void WriteLine(const char* line) {
  if (line[0] == '#') {
    return;  // words for people
  }
  const size_t length = strlen(line);
  Check(length > 5 && length < Line::kSize - 1, "an answer fills its line");
  Check(line[0] == '!', "an answer without !");
  for (size_t i = 0; i < length; ++i) {
    Check(line[i] >= ' ' && line[i] <= '~', "an answer is not printable");
  }
  Check(Sealed(std::string(line, length - 5)) == line, "an answer is not sealed");
  refused = refused || strncmp(line, "!error ", 7) == 0;
  ++answers;
}

namespace sampler {
Status Begin(uint32_t) { return Status::kOk; }
uint8_t Axes() { return 1; }
bool Ready() { return false; }
Status Read(uint8_t, int16_t*) { return Status::kEndOfData; }
const char* Name() { return "fuzz"; }
uint32_t Lost() { return UINT32_MAX; }
}  // namespace sampler
}  // namespace thrum

// The first byte of a line says whether its checksum is made right: no fuzzer guesses it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool begun =
      thrum::pipeline::Begin() == thrum::Status::kOk && thrum::pipeline::Learn(16, 1);
  thrum::Check(begun, "the engine does not start");
  const uint8_t* const end = data + size;
  while (data != end) {
    const bool seal = (*data++ & 1) != 0;
    const uint8_t* line_end = static_cast<const uint8_t*>(memchr(data, '\n', end - data));
    line_end = line_end == nullptr ? end : line_end;
    const std::string line(reinterpret_cast<const char*>(data), line_end - data);
    thrum::TakeLine(seal && line.size() < 200 ? thrum::Sealed(line) : line);
    thrum::now_ms += 250;
    data = line_end == end ? end : line_end + 1;
  }
  return 0;
}
