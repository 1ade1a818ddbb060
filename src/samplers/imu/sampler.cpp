// The sampler of every accelerometer with a FIFO. The FIFO bridges the time in which a window is
// processed or a line is sent, so no interrupt is needed; what it could not bridge is counted as
// lost.

#include "samplers/sampler.h"

#include <Arduino.h>

#include "console/console.h"
#include "samplers/imu/collector.h"
#include "samplers/imu/driver.h"
#include "thrum/core/line.h"
#include "thrum/core/progmem.h"

namespace thrum {
namespace {

imu::Collector collector;
imu::Drained drained;
uint32_t rate_hz;
bool complete;  // all axes of the window in the collector have been read
bool silent;    // the sensor must be started again

// A bus that fails while sampling is a silent sensor.
Status Poll() {
  if (imu::driver::Drain(&drained) != Status::kOk) {
    return Status::kSensorSilent;
  }
  return collector.Add(drained, micros());
}

void WriteRate(uint32_t measured_hz) {
  Line line;
  line.Text(THRUM_TEXT("# sensor:")).Word(imu::driver::Name());
  line.Text(THRUM_TEXT(" measured_hz:")).Number(measured_hz);
  line.Text(THRUM_TEXT(" nominal_hz:")).Number(rate_hz);
  line.Text(THRUM_TEXT(" bandwidth_hz:")).Number(imu::driver::Bandwidth(rate_hz));
  WriteLine(line.c_str());
}

// Counts frames for a quarter of a second or more, from the first drain that brings any.
Status MeasureRate() {
  uint32_t frames = 0;
  uint32_t start = 0;
  uint32_t last = micros();
  while (frames == 0 || last - start < 250000) {
    const Status status = imu::driver::Drain(&drained);
    if (status != Status::kOk) {
      return status;
    }
    const uint32_t now = micros();
    if (drained.count == 0) {
      if (now - last > 500000) {
        return Status::kSensorSilent;
      }
      continue;
    }
    frames = start == 0 ? 1 : frames + drained.count;  // the first drain only sets the clock
    start = start == 0 ? now : start;
    last = now;
  }
  const uint32_t measured_hz = imu::MeasuredRate(frames - 1, last - start);
  WriteRate(measured_hz);
  return imu::IsRate(measured_hz, rate_hz) ? Status::kOk : Status::kRateMismatch;
}

// Makes room for the next window once this one has been read.
void Release() {
  if (complete) {
    collector.Advance();
    complete = false;
  }
}

}  // namespace

namespace sampler {

Status Begin(uint32_t rate) {
  rate_hz = rate;
  Status status = imu::driver::Open(rate_hz);
  if (status == Status::kOk) {
    status = MeasureRate();
  }
  collector.Begin(rate_hz, micros());
  complete = false;
  silent = status != Status::kOk;  // Read then tries again
  return status;
}

uint8_t Axes() { return imu::driver::Axes(); }

bool Ready() {
  Release();
  // An error shows again in Read, which can report it.
  const bool failed = !silent && collector.HasRoom() && Poll() != Status::kOk;
  return silent || failed || collector.Ready();
}

Status Read(uint8_t axis, int16_t* samples) {
  if (axis == 0) {
    Release();
    if (silent && Begin(rate_hz) != Status::kOk) {
      silent = true;
      return Status::kSensorSilent;
    }
  }
  while (!collector.Ready()) {
    const Status status = Poll();
    if (status != Status::kOk) {
      silent = true;
      return status;
    }
  }
  complete = axis + 1 == Axes();
  return collector.Copy(axis, samples) ? Status::kOk : Status::kSamplesLost;
}

const char* Name() { return imu::driver::Name(); }

uint32_t Lost() { return collector.lost(); }

}  // namespace sampler
}  // namespace thrum
