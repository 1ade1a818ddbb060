// ADXL345 on SPI (up to 3200 Hz) or I2C (up to 800 Hz): data sheet rev G.

#include "samplers/imu/registers.h"

namespace thrum {
namespace imu {
namespace driver {
namespace {

// I2C with ALT ADDRESS low. SPI in mode 3, 5 MHz: bit 7 reads, bit 6 goes on to the next register, and
// the FIFO needs 5 us to move on (data sheet, "Retrieving data from FIFO").
constexpr Chip kChip = {0x53, 5000000, 3, 0x80, 0x40, 5};
constexpr Identity kIdentity = {0x00, 0xE5};
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
  const int16_t raw = LittleEndian(bytes);
  if (raw >= 4094) {
    return 32767;
  }
  return raw <= -4095 ? -32767 : static_cast<int16_t>(raw * 8);
}

bool ReadFrames(uint8_t* bytes, uint8_t frames) {
  return bus::Read(kChip, kDataX, bytes, static_cast<uint8_t>(frames * kFrameBytes));
}

constexpr Fifo kFifo = {1, ReadFrames, Counts};

bool IsOffered(uint32_t rate_hz) {
  const bool fast_bus = bus::MaxRate() >= 3200;
  return Code(rate_hz) != 0 && (fast_bus || rate_hz <= kMaxRateOnI2c);
}

}  // namespace

const char* Name() { return "adxl345"; }

uint8_t Axes() { return 3; }

uint16_t Bandwidth(uint32_t rate_hz) {
  return IsOffered(rate_hz) ? static_cast<uint16_t>(rate_hz / 2) : 0;
}

Status Open(uint32_t rate_hz) {
  if (!IsOffered(rate_hz)) {
    return Status::kRateMismatch;
  }
  bus::Begin();
  const Status status = CheckIdentity(kChip, kIdentity);
  if (status != Status::kOk) {
    return status;
  }
  const Setting settings[] = {
      {kPowerControl, 0, Setting::kStays, 0},
      {kRateControl, Code(rate_hz), Setting::kStays, 0},
      {kDataFormat, kFullResolution16G, Setting::kStays, 0},
      {kFifoControl, kFifoBypass, Setting::kStays, 0},  // empties it
      {kFifoControl, kFifoStream, Setting::kStays, 0},
      {kPowerControl, kMeasure, Setting::kStays, 5},
  };
  return Apply(kChip, settings);
}

Status Drain(Drained* drained) {
  uint8_t source = 0;
  uint8_t status = 0;
  if (!bus::Read(kChip, kInterruptSource, &source, 1) ||
      !bus::Read(kChip, kFifoStatus, &status, 1)) {
    return Status::kSourceMissing;
  }
  return Take(kFifo, status & kStored, (source & kOverrun) != 0, drained);
}

}  // namespace driver
}  // namespace imu
}  // namespace thrum
