// The IMU of the Nano 33 BLE and of the Sense's first revision. The Arduino library knows 119 Hz
// only; these registers (data sheet DocID025715 rev 3) reach 952 Hz.

#include "bus.h"
#include "driver.h"

namespace thrum {
namespace imu {
namespace driver {
namespace {

constexpr uint8_t kAddress = 0x6B;
constexpr uint8_t kWhoAmI = 0x0F;
constexpr uint8_t kIdentity = 0x68;
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
  const int32_t raw = static_cast<int16_t>(bytes[0] | bytes[1] << 8);
  const int32_t counts = raw * 3070 / 2048;
  return static_cast<int16_t>(counts > 32767 ? 32767 : counts < -32767 ? -32767 : counts);
}

}  // namespace

const char* Name() { return "lsm9ds1"; }

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
  uint8_t identity = 0;
  if (!bus::Read(kAddress, kWhoAmI, &identity, 1)) {
    return Status::kSourceMissing;
  }
  if (identity != kIdentity) {
    return Status::kWrongSensor;
  }
  bool ok = bus::Write(kAddress, kCtrl8, kReset);
  bus::WaitMilliseconds(20);
  ok = ok && bus::Write(kAddress, kCtrl8, kBlockUpdateAndIncrement) &&
       bus::Write(kAddress, kCtrl1Gyro, 0) &&  // off; the accelerometer runs at its own rate
       bus::Write(kAddress, kCtrl6Accelerometer,
                  static_cast<uint8_t>(rate->code << 5 | kRange16G)) &&
       bus::Write(kAddress, kFifoCtrl, 0) &&  // empties it
       bus::Write(kAddress, kCtrl9, kFifoEnable) && bus::Write(kAddress, kFifoCtrl, kFifoStream);
  bus::WaitMilliseconds(20);
  return ok ? Status::kOk : Status::kSourceMissing;
}

Status Drain(Drained* drained) {
  drained->count = 0;
  drained->overrun = false;
  uint8_t source = 0;
  if (!bus::Read(kAddress, kFifoSource, &source, 1)) {
    return Status::kSourceMissing;
  }
  drained->overrun = (source & kOverrun) != 0;
  const uint8_t stored = source & kStored;
  while (drained->count < stored && drained->count < kMaxFrames) {
    uint8_t bytes[6];
    if (!bus::Read(kAddress, kOutX, bytes, sizeof(bytes))) {
      return Status::kSourceMissing;
    }
    Frame* frame = &drained->frames[drained->count++];
    for (uint8_t axis = 0; axis < 3; ++axis) {
      frame->axis[axis] = Counts(bytes + 2 * axis);
    }
  }
  return Status::kOk;
}

}  // namespace driver
}  // namespace imu
}  // namespace thrum
