// libFuzzer target: the firmware behind the serial line, from bytes to pipeline and stored baseline.
// test/python/src/test_fuzz.py builds and runs it, and says how to run it for long. The host's lines, the
// sampler's windows, the passing of time and restarts come from the input. Checks after every line,
// besides what the sanitizers see:
//   - answers are sealed, printable and fit a line;
//   - a line that got an error has changed nothing: thresholds, votes, averages, baselines, sums, the
//     window and how much of it has come, the number of the next raw line, storage;
//   - what can be set is in its range.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <string>

// With what is theirs alone.
#include "../../src/commands/commands.cpp"
#include "../../src/commands/raw_stream.cpp"
#include "../../src/pipeline.cpp"
#include "console/console.h"
#include "main.h"
#include "samplers/sampler.h"
#include "storage/storage.h"
#include "thrum/protocol/requests.h"

namespace thrum {
namespace {

constexpr Settings kSettings = {model::kRateHz, kFewestWindows, 2};

std::string received;
size_t next;
uint32_t now_ms;
bool refused;
unsigned answers;
uint8_t windows;    // that the sampler has
uint8_t amplitude;  // of their noise: 2 to this power, 0 a stuck sensor, and:
constexpr uint8_t kLosing = 9;
constexpr uint8_t kSilent = 10;       // nothing comes
constexpr uint8_t kUnreachable = 11;  // the sampler cannot begin again after a pause either
uint8_t stored[Storage::kSize];

void Check(bool condition, const char* what) {
  if (!condition) {
    fprintf(stderr, "%s\n", what);
    abort();
  }
}

// Everything that a request may change.
struct Snapshot {
  Snapshot() {
    memset(this, 0, sizeof(*this));  // padding is compared as well
    thresholds[0] = pipeline::Thresholds().raise;
    thresholds[1] = pipeline::Thresholds().clear;
    learning[0] = pipeline::BaselineWindows();
    learning[1] = pipeline::OperatingStates();
    lines[0] = filled;
    lines[1] = sequence;
    memcpy(operation, &pipeline::operation, sizeof(operation));
    memcpy(detector, &pipeline::detector, sizeof(detector));
    memcpy(sums, &pipeline::memory, sizeof(sums));
    adding = pipeline::adding;
    memcpy(samples, window::Samples(), sizeof(samples));
    memcpy(storage, stored, sizeof(storage));
  }
  bool operator==(const Snapshot& other) const { return memcmp(this, &other, sizeof(other)) == 0; }

  uint8_t thresholds[2];
  uint16_t learning[2];
  uint16_t lines[2];
  uint8_t operation[sizeof(pipeline::operation)];
  uint8_t detector[sizeof(pipeline::detector)];
  uint8_t sums[sizeof(pipeline::memory)];  // or the last judgement
  bool adding;
  int16_t samples[model::kWindow];
  uint8_t storage[Storage::kSize];
};

void CheckRanges() {
  const DetectorConfig& thresholds = pipeline::Thresholds();
  Check(thresholds.raise >= 1 && thresholds.clear <= thresholds.raise, "thresholds out of range");
  const uint16_t learns = pipeline::BaselineWindows();
  Check(learns >= kFewestWindows && learns <= kMostWindows, "baseline windows out of range");
  const uint8_t states = pipeline::OperatingStates();
  Check(states >= 1 && states <= kMostStates, "operating states out of range");
}

void TakeLine(const std::string& line) {
  const Mode before = ServeLine();
  const Snapshot snapshot;
  received = line + "\n";
  next = 0;
  refused = false;
  answers = 0;
  const Mode mode = ServeLine();
  Check(answers <= 3, "more than three answers to one line");
  Check(!refused || answers == 1, "an error among answers");
  Check(!refused || (snapshot == Snapshot() && before == mode), "a refused line changed something");
  CheckRanges();
}

std::string Sealed(const std::string& payload) {
  char checksum[6];
  snprintf(checksum, sizeof(checksum), "*%04x",
           Crc16(payload.data(), static_cast<uint8_t>(payload.size())));
  return payload + checksum;
}

// One step at least: it notices changes of mode and goes on storing.
void Run(uint8_t available) {
  windows = available;
  do {
    Check(Step() == Status::kOk, "a step failed");
  } while (windows != 0 && ServeLine() != Mode::kFed);
  windows = 0;
}

}  // namespace

int16_t ReadByte() { return next < received.size() ? static_cast<uint8_t>(received[next++]) : -1; }

uint16_t Milliseconds() { return static_cast<uint16_t>(now_ms); }

void WriteLine(const char* line) {
  const size_t length = strlen(line);
  Check(length < Line::kSize - 1, "a line is filled to its end");
  for (size_t i = 0; i < length; ++i) {
    Check(line[i] >= ' ' && line[i] <= '~', "a line is not printable");
  }
  if (line[0] != '!') {
    Check(line[0] == '#' || strncmp(line, "anomaly:", 8) == 0, "neither answer nor telemetry");
    return;
  }
  Check(length > 5 && Sealed(std::string(line, length - 5)) == line, "an answer is not sealed");
  refused = refused || strncmp(line, "!error ", 7) == 0;
  ++answers;
}

bool Storage::Begin() { return true; }
uint8_t Storage::Read(uint16_t at) { return stored[at]; }
void Storage::Write(uint16_t at, uint8_t value) { stored[at] = value; }
void Storage::Flush() {}
uint16_t Storage::BytesAtOnce() { return 40; }

namespace sampler {

Status Begin(uint32_t) {
  return windows != 0 && amplitude == kUnreachable ? Status::kSensorSilent : Status::kOk;
}
uint8_t Axes() { return 1; }
bool Ready() { return windows != 0; }

Status Read(uint8_t, int16_t* samples) {
  static uint32_t noise = 1;
  if (amplitude == kSilent || amplitude == kUnreachable) {
    --windows;
    return Status::kSensorSilent;
  }
  for (uint16_t i = 0; i < model::kWindow; ++i) {
    noise = noise * UINT32_C(1664525) + UINT32_C(1013904223);
    samples[i] = static_cast<int16_t>(noise >> 16) >> (15 - amplitude);
  }
  --windows;
  return amplitude == kLosing ? Status::kSamplesLost : Status::kOk;
}

const char* Name() { return "fuzz"; }
uint32_t Lost() { return UINT32_MAX; }

}  // namespace sampler
}  // namespace thrum

// The first byte of a line says: bit 0 that its checksum is made right, which no fuzzer guesses; bits
// 1 and 2 how many windows come after it; bit 3 that power fails then; bits 4 to 7 their amplitude.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  memset(thrum::stored, 255, sizeof(thrum::stored));
  thrum::Check(thrum::Start(thrum::kSettings) == thrum::Status::kOk, "it does not start");
  const uint8_t* const end = data + size;
  while (data != end) {
    const uint8_t events = *data++;
    const uint8_t* line_end = static_cast<const uint8_t*>(memchr(data, '\n', end - data));
    line_end = line_end == nullptr ? end : line_end;
    const std::string line(reinterpret_cast<const char*>(data), line_end - data);
    thrum::TakeLine((events & 1) != 0 && line.size() < 200 ? thrum::Sealed(line) : line);
    thrum::amplitude = events >> 4;
    thrum::Run(events >> 1 & 3);
    if ((events & 8) != 0) {
      thrum::Check(thrum::Start(thrum::kSettings) == thrum::Status::kOk, "it does not restart");
    }
    thrum::now_ms += 250;
    data = line_end == end ? end : line_end + 1;
  }
  return 0;
}
