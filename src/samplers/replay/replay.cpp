#include "samplers/replay/replay.h"

#include <stdio.h>
#include <string.h>

#include <chrono>
#include <thread>

#include "model_params.h"
#include "platform/native/console_input.h"
#include "samplers/replay/wav.h"
#include "samplers/sampler.h"

namespace thrum {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint8_t kMaxAxes = 3;
constexpr std::chrono::milliseconds kIdle(50);  // between looks at the end of the line

ReplayOptions options;
FILE* file;
uint32_t rate_hz;
uint8_t axes;
uint64_t remaining;  // bytes of samples that the file still promises
bool knows_length;   // it promises anything
bool judged_any;     // a whole window was read
const char* complaint;
size_t kept;  // samples per axis that the next window shares with the last one
int16_t interleaved[model::kWindow * kMaxAxes];
Clock::time_point due;  // of the next window

std::chrono::microseconds WindowTime() {
  return std::chrono::microseconds(UINT64_C(1000000) * model::kHop / rate_hz);
}

void Complain(bool promised) {
  if (knows_length && promised) {
    complaint = "the file ends before its header says: it was cut, copy or record it again";
  } else if (!judged_any) {
    complaint = "not a single window of samples: record longer";
  }
}

Status NextWindow() {
  if (file == nullptr) {
    return Status::kEndOfData;
  }
  if (options.realtime) {
    std::this_thread::sleep_until(due);
    due += WindowTime();
  }
  memmove(interleaved, interleaved + (model::kWindow - kept) * axes, kept * axes * sizeof(int16_t));
  const size_t wanted = (model::kWindow - kept) * axes;
  const bool promised = wanted * sizeof(int16_t) <= remaining;
  const size_t got = promised ? fread(interleaved + kept * axes, sizeof(int16_t), wanted, file) : 0;
  if (got != wanted) {
    Complain(promised);
    return Status::kEndOfData;
  }
  if (options.raw && !judged_any && memcmp(interleaved, "RIFF", 4) == 0) {
    complaint = "this is a WAV file: drop --raw";
    return Status::kEndOfData;
  }
  remaining -= knows_length ? wanted * sizeof(int16_t) : 0;
  judged_any = true;
  kept = model::kWindow - model::kHop;
  return Status::kOk;
}

Status CheckWav() {
  WavFormat format;
  const Status status = ReadWavHeader(file, &format);
  if (status != Status::kOk) {
    return status;
  }
  if (format.channels < 1 || format.channels > kMaxAxes) {
    return Status::kAxesMismatch;
  }
  axes = static_cast<uint8_t>(format.channels);
  knows_length = format.data_bytes != 0 && format.data_bytes != UINT32_MAX;
  remaining = knows_length ? format.data_bytes : UINT64_MAX;
  return format.rate_hz == rate_hz ? Status::kOk : Status::kRateMismatch;
}

}  // namespace

void SetReplay(const ReplayOptions& replay) { options = replay; }

const char* ReplayComplaint() { return complaint; }

void AwaitReplay() {
  if (file == nullptr) {
    WaitForInput(Clock::now() + kIdle);
  } else if (options.realtime) {
    WaitForInput(due);
  }
}

namespace sampler {

Status Begin(uint32_t rate) {
  rate_hz = rate;
  axes = options.axes;
  kept = 0;
  due = Clock::now() + WindowTime();
  if (options.path == nullptr || file != nullptr) {
    return Status::kOk;  // nothing to open, or a pause is over
  }
  remaining = UINT64_MAX;
  file = strcmp(options.path, "-") == 0 ? stdin : fopen(options.path, "rb");
  if (file == nullptr) {
    return Status::kSourceMissing;
  }
  return options.raw ? Status::kOk : CheckWav();
}

uint8_t Axes() { return axes; }

bool Ready() {
  if (file == nullptr) {
    return InputClosed();
  }
  return !options.realtime || Clock::now() >= due;
}

Status Read(uint8_t axis, int16_t* samples) {
  const Status status = axis == 0 ? NextWindow() : Status::kOk;
  for (size_t i = 0; status == Status::kOk && i < model::kWindow; ++i) {
    samples[i] = interleaved[i * axes + axis];
  }
  return status;
}

const char* Name() { return "replay"; }

uint32_t Lost() { return 0; }

}  // namespace sampler
}  // namespace thrum
