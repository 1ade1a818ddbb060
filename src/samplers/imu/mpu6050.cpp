// MPU6050 on I2C: 1 kHz at most, and only 260 Hz of bandwidth. Register map RM-MPU-6000A rev 4.2.

#include "samplers/imu/registers.h"

namespace thrum {
namespace imu {
namespace driver {
namespace {

constexpr Chip kChip = OnI2c(0x68);  // AD0 low
constexpr uint8_t kRateDivider = 0x19;
constexpr uint8_t kConfig = 0x1A;
constexpr uint8_t kAccelerometerConfig = 0x1C;
constexpr uint8_t kFifoSources = 0x23;
constexpr uint8_t kInterruptStatus = 0x3A;
constexpr uint8_t kUserControl = 0x6A;
constexpr uint8_t kPower1 = 0x6B;
constexpr uint8_t kFifoCount = 0x72;
constexpr uint8_t kFifoData = 0x74;

constexpr Identity kIdentity = {0x75, 0x68};
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

Status RestartFifo() {
  const Setting settings[] = {
      {kUserControl, 0, Setting::kStays, 0},
      {kUserControl, kFifoReset, Setting::kClears, 0},
      {kUserControl, kFifoEnable, Setting::kStays, 0},
  };
  return Apply(kChip, settings);
}

int16_t Counts(const uint8_t* bytes) { return Symmetric(BigEndian(bytes)); }

bool ReadFrames(uint8_t* bytes, uint8_t frames) {
  return bus::Read(kChip, kFifoData, bytes, static_cast<uint8_t>(frames * kFrameBytes));
}

constexpr Fifo kFifo = {1, ReadFrames, Counts};

}  // namespace

const char* Name() { return "mpu6050"; }

uint8_t Axes() { return 3; }

uint16_t Bandwidth(uint32_t rate_hz) { return IsOffered(rate_hz) ? 260 : 0; }

Status Open(uint32_t rate_hz) {
  if (!IsOffered(rate_hz)) {
    return Status::kRateMismatch;
  }
  bus::Begin();
  Status status = CheckIdentity(kChip, kIdentity);
  if (status != Status::kOk) {
    return status;
  }
  const uint8_t divider = static_cast<uint8_t>(kBaseRate / rate_hz - 1);
  const Setting settings[] = {
      {kPower1, kReset, Setting::kClears, 100},
      {kPower1, kClockOfGyro, Setting::kStays, 0},
      {kConfig, 0, Setting::kStays, 0},
      {kRateDivider, divider, Setting::kStays, 0},
      {kAccelerometerConfig, kRange16G, Setting::kStays, 0},
      {kFifoSources, kAccelerometer, Setting::kStays, 50},
  };
  status = Apply(kChip, settings);
  return status == Status::kOk ? RestartFifo() : status;
}

Status Drain(Drained* drained) {
  uint8_t status = 0;
  uint8_t count[2] = {};
  if (!bus::Read(kChip, kInterruptStatus, &status, 1) ||
      !bus::Read(kChip, kFifoCount, count, sizeof(count))) {
    return Status::kSourceMissing;
  }
  if ((status & kOverflow) != 0) {  // 1024 bytes are no multiple of 6: the frames have moved
    const Status restarted = RestartFifo();
    return restarted == Status::kOk ? Take(kFifo, 0, true, drained) : restarted;
  }
  const uint16_t stored = static_cast<uint16_t>(BigEndian(count) / kFrameBytes);
  return Take(kFifo, stored, false, drained);
}

}  // namespace driver
}  // namespace imu
}  // namespace thrum
