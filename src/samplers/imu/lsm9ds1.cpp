// The IMU of the Nano 33 BLE and of the Sense's first revision. The Arduino library knows 119 Hz
// only; these registers (data sheet DocID025715 rev 3) reach 952 Hz.

#include "samplers/imu/registers.h"

namespace thrum {
namespace imu {
namespace driver {
namespace {

constexpr Chip kChip = OnI2c(0x6B);
constexpr Identity kIdentity = {0x0F, 0x68};
constexpr uint8_t kCtrl1Gyro = 0x10;
constexpr uint8_t kCtrl6Accelerometer = 0x20;
constexpr uint8_t kCtrl8 = 0x22;
constexpr uint8_t kCtrl9 = 0x23;
constexpr uint8_t kOutX = 0x28;
constexpr uint8_t kFifoCtrl = 0x2E;
constexpr uint8_t kFifoSource = 0x2F;

constexpr uint8_t kReset = 0x01;
constexpr uint8_t kBlockUpdateAndIncrement = 0x44;
constexpr uint8_t kRange16G = 0x08;
constexpr uint8_t kFifoEnable = 0x02;
constexpr uint8_t kFifoStream = 0xC0;
constexpr uint8_t kOverrun = 0x40;
constexpr uint8_t kStored = 0x3F;

struct Rate {
  uint16_t hz;
  uint16_t bandwidth_hz;
  uint8_t code;  // ODR_XL
};
constexpr Rate kRates[] = {{952, 408, 6}, {476, 211, 5}, {238, 105, 4}, {119, 50, 3}};

const Rate* Find(uint32_t rate_hz) {
  for (const Rate& rate : kRates) {
    if (rate.hz == rate_hz) {
      return &rate;
    }
  }
  return nullptr;
}

// 0.732 mg per digit at 16 g; a count is 16 g / 32768. The ratio is 1.4991.
int16_t Counts(const uint8_t* bytes) {
  const int32_t raw = LittleEndian(bytes);
  return Symmetric(raw * 3070 / 2048);
}

bool ReadFrames(uint8_t* bytes, uint8_t frames) {
  return bus::Read(kChip, kOutX, bytes, static_cast<uint8_t>(frames * kFrameBytes));
}

constexpr Fifo kFifo = {1, ReadFrames, Counts};

}  // namespace

const char* Name() { return "lsm9ds1"; }

uint8_t Axes() { return 3; }

uint16_t Bandwidth(uint32_t rate_hz) {
  const Rate* rate = Find(rate_hz);
  return rate == nullptr ? 0 : rate->bandwidth_hz;
}

Status Open(uint32_t rate_hz) {
  const Rate* rate = Find(rate_hz);
  if (rate == nullptr) {
    return Status::kRateMismatch;
  }
  bus::Begin();
  const Status status = CheckIdentity(kChip, kIdentity);
  if (status != Status::kOk) {
    return status;
  }
  const Setting settings[] = {
      {kCtrl8, kReset, Setting::kClears, 20},
      {kCtrl8, kBlockUpdateAndIncrement, Setting::kStays, 0},
      {kCtrl1Gyro, 0, Setting::kStays, 0},  // off; the accelerometer runs at its own rate
      {kCtrl6Accelerometer, static_cast<uint8_t>(rate->code << 5 | kRange16G), Setting::kStays, 0},
      {kFifoCtrl, 0, Setting::kStays, 0},  // empties it
      {kCtrl9, kFifoEnable, Setting::kStays, 0},
      {kFifoCtrl, kFifoStream, Setting::kStays, 20},
  };
  return Apply(kChip, settings);
}

Status Drain(Drained* drained) {
  uint8_t source = 0;
  if (!bus::Read(kChip, kFifoSource, &source, 1)) {
    return Status::kSourceMissing;
  }
  return Take(kFifo, source & kStored, (source & kOverrun) != 0, drained);
}

}  // namespace driver
}  // namespace imu
}  // namespace thrum
