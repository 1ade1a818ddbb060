// A machine that needs no sensor: the same vibration every time, sample by sample, in real time.
// Mirrored in test/python/support/shaker.py, so that a recording can be compared with what was sent.

#include "model_params.h"
#include "platform/qemu/machine.h"
#include "samplers/sampler.h"
#include "thrum/core/progmem.h"

namespace thrum {
namespace {

constexpr uint8_t kTurnShift = 24 - 8;  // phase is 24 bits, the table has 2^8 steps a turn
constexpr uint32_t kSteps[] = {262144, 786432, 5308416};  // turns per sample * 2^24
constexpr int16_t kAmplitudes[] = {1200, 500, 300};       // counts

uint32_t rate_hz;
uint64_t started;  // ticks
uint64_t taken;    // windows since Begin
uint32_t sample;   // number of the next sample
uint32_t noise = 1;

int32_t Sine(uint32_t phase) {
  constexpr uint32_t kQuarter = 64;
  const uint32_t step = (phase >> kTurnShift & 255) * (model::kWindow / 4) / kQuarter;
  constexpr uint32_t kHalf = model::kWindow / 2;
  return step < kHalf ? FlashRead(model::kSine + step) : -FlashRead(model::kSine + step - kHalf);
}

int16_t Next() {
  int32_t sum = 0;
  for (uint8_t i = 0; i < 3; ++i) {
    sum += Sine(sample * kSteps[i]) * kAmplitudes[i];
  }
  ++sample;
  noise = noise * 1664525u + 1013904223u;
  return static_cast<int16_t>((sum >> 15) + static_cast<int32_t>(noise >> 25));
}

// Windows that have been sampled since Begin.
uint64_t Due() {
  return (machine::Ticks() - started) * rate_hz / (uint64_t{machine::kClockHz} * model::kHop);
}

}  // namespace

namespace sampler {

Status Begin(uint32_t rate) {
  rate_hz = rate;
  started = machine::Ticks();
  taken = 0;
  return Status::kOk;
}

uint8_t Axes() { return 1; }

bool Ready() { return Due() > taken; }

// The simulation may fall behind its host, but then delivers what is due: nothing is lost.
Status Read(uint8_t, int16_t* samples) {
  while (!Ready()) {
  }
  ++taken;
  constexpr uint16_t kKept = model::kWindow - model::kHop;
  static int16_t kept[model::kWindow];
  for (uint16_t i = model::kHop; i < model::kWindow; ++i) {
    samples[i - model::kHop] = kept[i];
  }
  for (uint16_t i = kKept; i < model::kWindow; ++i) {
    samples[i] = Next();
  }
  for (uint16_t i = 0; i < model::kWindow; ++i) {
    kept[i] = samples[i];
  }
  return Status::kOk;
}

const char* Name() { return "shaker"; }

uint32_t Lost() { return 0; }

}  // namespace sampler
}  // namespace thrum
