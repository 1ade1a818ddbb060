// MPU6050 on I2C: 1 kHz at most, and only 260 Hz of bandwidth. Register map RM-MPU-6000A rev 4.2.

#include "bus.h"
#include "driver.h"

namespace thrum {
namespace imu {
namespace driver {
namespace {

constexpr uint8_t kAddress = 0x68;  // AD0 low
constexpr uint8_t kRateDivider = 0x19;
constexpr uint8_t kConfig = 0x1A;
constexpr uint8_t kAccelerometerConfig = 0x1C;
constexpr uint8_t kFifoSources = 0x23;
constexpr uint8_t kInterruptStatus = 0x3A;
constexpr uint8_t kUserControl = 0x6A;
constexpr uint8_t kPower1 = 0x6B;
constexpr uint8_t kFifoCount = 0x72;
constexpr uint8_t kFifoData = 0x74;
constexpr uint8_t kWhoAmI = 0x75;

constexpr uint8_t kIdentity = 0x68;
constexpr uint8_t kReset = 0x80;
constexpr uint8_t kClockOfGyro = 0x01;
constexpr uint8_t kRange16G = 0x18;  // 2048 digits per g: digits are counts
constexpr uint8_t kAccelerometer = 0x08;
constexpr uint8_t kFifoReset = 0x04;
constexpr uint8_t kFifoEnable = 0x40;
constexpr uint8_t kOverflow = 0x10;
constexpr uint32_t kBaseRate = 8000;  // without the low-pass filter

bool IsOffered(uint32_t rate_hz) {
  return rate_hz >= 50 && rate_hz <= 1000 && kBaseRate % rate_hz == 0 && kBaseRate / rate_hz <= 256;
}

bool RestartFifo() {
  return bus::Write(kAddress, kUserControl, 0) && bus::Write(kAddress, kUserControl, kFifoReset) &&
         bus::Write(kAddress, kUserControl, kFifoEnable);
}

int16_t Counts(const uint8_t* bytes) {
  const int16_t raw = static_cast<int16_t>(bytes[0] << 8 | bytes[1]);
  return raw == -32768 ? -32767 : raw;
}

bool ReadFrame(Frame* frame) {
  uint8_t bytes[6];
  if (!bus::Read(kAddress, kFifoData, bytes, sizeof(bytes))) {
    return false;
  }
  for (uint8_t axis = 0; axis < 3; ++axis) {
    frame->axis[axis] = Counts(bytes + 2 * axis);
  }
  return true;
}

}  // namespace

const char* Name() { return "mpu6050"; }

uint16_t Bandwidth(uint32_t rate_hz) { return IsOffered(rate_hz) ? 260 : 0; }

Status Open(uint32_t rate_hz) {
  if (!IsOffered(rate_hz)) {
    return Status::kRateMismatch;
  }
  bus::Begin();
  uint8_t identity = 0;
  if (!bus::Read(kAddress, kWhoAmI, &identity, 1)) {
    return Status::kSourceMissing;
  }
  if (identity != kIdentity) {
    return Status::kWrongSensor;
  }
  bool ok = bus::Write(kAddress, kPower1, kReset);
  bus::WaitMilliseconds(100);
  ok = ok && bus::Write(kAddress, kPower1, kClockOfGyro) && bus::Write(kAddress, kConfig, 0) &&
       bus::Write(kAddress, kRateDivider, static_cast<uint8_t>(kBaseRate / rate_hz - 1)) &&
       bus::Write(kAddress, kAccelerometerConfig, kRange16G) &&
       bus::Write(kAddress, kFifoSources, kAccelerometer);
  bus::WaitMilliseconds(50);
  return ok && RestartFifo() ? Status::kOk : Status::kSourceMissing;
}

Status Drain(Drained* drained) {
  drained->count = 0;
  drained->overrun = false;
  uint8_t status = 0;
  uint8_t count[2] = {};
  if (!bus::Read(kAddress, kInterruptStatus, &status, 1) ||
      !bus::Read(kAddress, kFifoCount, count, sizeof(count))) {
    return Status::kSourceMissing;
  }
  if ((status & kOverflow) != 0) {  // 1024 bytes are no multiple of 6: the frames have moved
    drained->overrun = true;
    return RestartFifo() ? Status::kOk : Status::kSourceMissing;
  }
  const uint16_t stored = static_cast<uint16_t>((count[0] << 8 | count[1]) / 6);
  while (drained->count < stored && drained->count < kMaxFrames) {
    if (!ReadFrame(&drained->frames[drained->count])) {
      return Status::kSourceMissing;
    }
    ++drained->count;
  }
  return Status::kOk;
}

}  // namespace driver
}  // namespace imu
}  // namespace thrum
