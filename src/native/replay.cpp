#include "replay.h"

#include <stdio.h>
#include <string.h>

#include <chrono>
#include <thread>

#include "model_params.h"
#include "sampler.h"
#include "wav.h"

namespace thrum {
namespace {

constexpr uint8_t kMaxAxes = 3;

ReplayOptions options;
FILE* file;
uint32_t rate_hz;
uint8_t axes;
size_t kept;  // samples per axis that the next window shares with the last one
int16_t interleaved[model::kWindow * kMaxAxes];
std::chrono::steady_clock::time_point due;

void WaitForWindow() {
  due += std::chrono::microseconds(UINT64_C(1000000) * model::kHop / rate_hz);
  std::this_thread::sleep_until(due);
}

Status NextWindow() {
  if (options.realtime) {
    WaitForWindow();
  }
  memmove(interleaved, interleaved + (model::kWindow - kept) * axes, kept * axes * sizeof(int16_t));
  const size_t wanted = (model::kWindow - kept) * axes;
  const size_t got = fread(interleaved + kept * axes, sizeof(int16_t), wanted, file);
  kept = model::kWindow - model::kHop;
  return got == wanted ? Status::kOk : Status::kEndOfData;
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
  return format.rate_hz == rate_hz ? Status::kOk : Status::kRateMismatch;
}

}  // namespace

void SetReplay(const ReplayOptions& replay) { options = replay; }

namespace sampler {

Status Begin(uint32_t rate) {
  rate_hz = rate;
  axes = options.axes;
  kept = 0;
  due = std::chrono::steady_clock::now();
  file = strcmp(options.path, "-") == 0 ? stdin : fopen(options.path, "rb");
  if (file == nullptr) {
    return Status::kSourceMissing;
  }
  return options.raw ? Status::kOk : CheckWav();
}

uint8_t Axes() { return axes; }

Status Read(uint8_t axis, int16_t* samples) {
  const Status status = axis == 0 ? NextWindow() : Status::kOk;
  for (size_t i = 0; status == Status::kOk && i < model::kWindow; ++i) {
    samples[i] = interleaved[i * axes + axis];
  }
  return status;
}

uint32_t Lost() { return 0; }

}  // namespace sampler
}  // namespace thrum
