#pragma once

// What every sensor with registers and a FIFO does alike: check who answers, write a set-up and read
// it back, take frames out of the FIFO. A sensor's file (adxl345.cpp is a good model) supplies tables
// and the few functions of driver.h; one is linked per environment. To add a sensor: its file here,
// its tests in test/test_imu, and an environment in platformio.ini that names it.

#include <stddef.h>
#include <stdint.h>

#include "samplers/imu/bus.h"
#include "samplers/imu/driver.h"

namespace thrum {
namespace imu {

constexpr uint8_t kFrameBytes = 6;  // three axes of 16 bits

// The register that says which part this is, and what it must hold.
struct Identity {
  uint8_t reg;
  uint8_t value;
};

// One write of a set-up. A bit that starts something clears itself and cannot be read back.
struct Setting {
  uint8_t reg;
  uint8_t value;
  enum : uint8_t { kStays, kClears } kind;
  uint8_t wait_ms;  // before the next
};

// How frames leave a chip's FIFO.
struct Fifo {
  uint8_t frames_per_read;                       // 1 to kMostFramesPerRead
  bool (*read)(uint8_t* bytes, uint8_t frames);  // false: the bus has failed
  int16_t (*counts)(const uint8_t* bytes);       // of one axis, two bytes
};
constexpr uint8_t kMostFramesPerRead = 5;  // 30 bytes: TwoWire's buffer may have 32

// Two bytes of a register pair, the low one first, or the high one.
inline int16_t LittleEndian(const uint8_t* bytes) {
  return static_cast<int16_t>(bytes[0] | bytes[1] << 8);
}

inline int16_t BigEndian(const uint8_t* bytes) {
  return static_cast<int16_t>(bytes[0] << 8 | bytes[1]);
}

// -32768 is not delivered: the limits are +-32767.
inline int16_t Symmetric(int32_t counts) {
  return static_cast<int16_t>(counts > 32767 ? 32767 : counts < -32767 ? -32767 : counts);
}

// kSourceMissing: nobody answers; an open line reads as all ones or zeros, which is nobody's
// identity. kWrongSensor: another part does.
[[nodiscard]] inline Status CheckIdentity(const Chip& chip, const Identity& expected) {
  uint8_t found = 0;
  if (!bus::Read(chip, expected.reg, &found, 1) || found == 0x00 || found == 0xFF) {
    return Status::kSourceMissing;
  }
  return found == expected.value ? Status::kOk : Status::kWrongSensor;
}

// Writes one register, waits, and reads it back unless it clears itself. kWrongSensor: it does not
// keep what was written, so it belongs to another part than its identity says.
[[nodiscard]] inline Status Apply(const Chip& chip, const Setting& setting) {
  if (!bus::Write(chip, setting.reg, setting.value)) {
    return Status::kSourceMissing;
  }
  if (setting.wait_ms != 0) {
    bus::WaitMilliseconds(setting.wait_ms);
  }
  uint8_t kept = setting.value;
  if (setting.kind == Setting::kStays && !bus::Read(chip, setting.reg, &kept, 1)) {
    return Status::kSourceMissing;
  }
  return kept == setting.value ? Status::kOk : Status::kWrongSensor;
}

// In order, up to the first that fails.
template <size_t N>
[[nodiscard]] Status Apply(const Chip& chip, const Setting (&settings)[N]) {
  Status status = Status::kOk;
  for (size_t i = 0; i < N && status == Status::kOk; ++i) {
    status = Apply(chip, settings[i]);
  }
  return status;
}

// Takes the oldest of `stored` frames, at most kMaxFrames. overrun: older ones are lost.
[[nodiscard]] inline Status Take(const Fifo& fifo, uint16_t stored, bool overrun,
                                 Drained* drained) {
  drained->count = 0;
  drained->overrun = overrun;
  drained->lost = 0;
  const uint16_t wanted = stored < kMaxFrames ? stored : kMaxFrames;
  while (drained->count < wanted) {
    uint8_t bytes[kMostFramesPerRead * kFrameBytes];
    const uint16_t left = static_cast<uint16_t>(wanted - drained->count);
    const uint8_t frames =
        left < fifo.frames_per_read ? static_cast<uint8_t>(left) : fifo.frames_per_read;
    if (!fifo.read(bytes, frames)) {
      return Status::kSourceMissing;
    }
    for (uint8_t i = 0; i < 3 * frames; ++i) {
      drained->frames[drained->count + i / 3].axis[i % 3] = fifo.counts(bytes + 2 * i);
    }
    drained->count = static_cast<uint8_t>(drained->count + frames);
  }
  return Status::kOk;
}

}  // namespace imu
}  // namespace thrum
