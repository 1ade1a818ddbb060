// ADXL345 on SPI (up to 3200 Hz) or I2C (up to 800 Hz): data sheet rev G.

#include "bus.h"
#include "driver.h"

namespace thrum {
namespace imu {
namespace driver {
namespace {

constexpr uint8_t kAddress = 0x53;  // I2C with ALT ADDRESS low
constexpr uint8_t kDeviceId = 0x00;
constexpr uint8_t kIdentity = 0xE5;
constexpr uint8_t kRateControl = 0x2C;
constexpr uint8_t kPowerControl = 0x2D;
constexpr uint8_t kInterruptSource = 0x30;
constexpr uint8_t kDataFormat = 0x31;
constexpr uint8_t kDataX = 0x32;
constexpr uint8_t kFifoControl = 0x38;
constexpr uint8_t kFifoStatus = 0x39;

constexpr uint8_t kMeasure = 0x08;
constexpr uint8_t kFullResolution16G = 0x0B;
constexpr uint8_t kFifoBypass = 0x00;
constexpr uint8_t kFifoStream = 0x80;
constexpr uint8_t kOverrun = 0x01;
constexpr uint8_t kStored = 0x3F;
constexpr uint8_t kFastest = 0x0F;  // 3200 Hz; each code below halves it
constexpr uint32_t kMaxRateOnI2c = 800;

// Code of the rate, or 0.
uint8_t Code(uint32_t rate_hz) {
  uint32_t rate = 3200;
  for (uint8_t code = kFastest; code >= 0x0A; --code, rate /= 2) {
    if (rate == rate_hz) {
      return code;
    }
  }
  return 0;
}

// 256 digits per g, so 8 counts per digit; 13 bits. The last digit may be missing at 1600 Hz and
// more, so the limit begins one before the end.
int16_t Counts(const uint8_t* bytes) {
  const int16_t raw = static_cast<int16_t>(bytes[0] | bytes[1] << 8);
  if (raw >= 4094) {
    return 32767;
  }
  return raw <= -4095 ? -32767 : static_cast<int16_t>(raw * 8);
}

bool IsOffered(uint32_t rate_hz) {
  const bool fast_bus = bus::MaxRate() >= 3200;
  return Code(rate_hz) != 0 && (fast_bus || rate_hz <= kMaxRateOnI2c);
}

}  // namespace

const char* Name() { return "adxl345"; }

uint16_t Bandwidth(uint32_t rate_hz) {
  return IsOffered(rate_hz) ? static_cast<uint16_t>(rate_hz / 2) : 0;
}

Status Open(uint32_t rate_hz) {
  if (!IsOffered(rate_hz)) {
    return Status::kRateMismatch;
  }
  bus::Begin();
  uint8_t identity = 0;
  if (!bus::Read(kAddress, kDeviceId, &identity, 1)) {
    return Status::kSourceMissing;
  }
  if (identity != kIdentity) {
    return identity == 0x00 || identity == 0xFF ? Status::kSourceMissing : Status::kWrongSensor;
  }
  const bool ok = bus::Write(kAddress, kPowerControl, 0) &&
                  bus::Write(kAddress, kRateControl, Code(rate_hz)) &&
                  bus::Write(kAddress, kDataFormat, kFullResolution16G) &&
                  bus::Write(kAddress, kFifoControl, kFifoBypass) &&
                  bus::Write(kAddress, kFifoControl, kFifoStream) &&
                  bus::Write(kAddress, kPowerControl, kMeasure);
  bus::WaitMilliseconds(5);
  return ok ? Status::kOk : Status::kSourceMissing;
}

Status Drain(Drained* drained) {
  drained->count = 0;
  drained->overrun = false;
  uint8_t source = 0;
  uint8_t status = 0;
  if (!bus::Read(kAddress, kInterruptSource, &source, 1) ||
      !bus::Read(kAddress, kFifoStatus, &status, 1)) {
    return Status::kSourceMissing;
  }
  drained->overrun = (source & kOverrun) != 0;
  const uint8_t stored = status & kStored;
  while (drained->count < stored && drained->count < kMaxFrames) {
    uint8_t bytes[6];
    if (!bus::Read(kAddress, kDataX, bytes, sizeof(bytes))) {
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
