// The IMU of the Nano 33 BLE Sense rev 2. Its firmware image comes from Arduino_BMI270_BMM150, whose
// begin() loads it; rate, range, power and FIFO are set here: the library's 100 Hz and power-save
// would deliver far fewer samples.

#include <Arduino_BMI270_BMM150.h>

#include "bus.h"
#include "driver.h"

#ifndef THRUM_WIRE
#define THRUM_WIRE Wire
#endif

namespace thrum {
namespace imu {
namespace driver {
namespace {

constexpr uint8_t kAddress = 0x68;
constexpr uint8_t kChipId = 0x00;
constexpr uint8_t kIdentity = 0x24;
constexpr uint8_t kFrameBytes = 6;
constexpr uint8_t kFramesPerRead = 5;  // 30 bytes, the library's limit
constexpr uint16_t kFifoFull = 2048 - 2 * kFrameBytes;

uint8_t Code(uint32_t rate_hz) {
  return rate_hz == 1600 ? BMI2_ACC_ODR_1600HZ : rate_hz == 800 ? BMI2_ACC_ODR_800HZ : 0;
}

class Sensor : public BoschSensorClass {
 public:
  explicit Sensor(TwoWire& wire) : BoschSensorClass(wire) {}

  bool Start(uint8_t code) {
    code_ = code;
    return begin(BOSCH_ACCELEROMETER_ONLY) != 0 && device_ != nullptr;
  }

  bmi2_dev* device() { return device_; }

 protected:
  int8_t configure_sensor(bmi2_dev* device) override {
    uint8_t sensors[] = {BMI2_ACCEL};
    bmi2_sens_config config = {};
    config.type = BMI2_ACCEL;
    config.cfg.acc.odr = code_;
    config.cfg.acc.bwp = BMI2_ACC_NORMAL_AVG4;
    config.cfg.acc.filter_perf = BMI2_PERF_OPT_MODE;
    config.cfg.acc.range = BMI2_ACC_RANGE_16G;
    int8_t result = bmi2_set_adv_power_save(BMI2_DISABLE, device);
    result = result != BMI2_OK ? result : bmi2_set_sensor_config(&config, 1, device);
    result = result != BMI2_OK ? result : bmi2_sensor_enable(sensors, 1, device);
    const uint16_t off = BMI2_FIFO_HEADER_EN | BMI2_FIFO_STOP_ON_FULL;
    result = result != BMI2_OK ? result : bmi2_set_fifo_config(off, BMI2_DISABLE, device);
    result =
        result != BMI2_OK ? result : bmi2_set_fifo_config(BMI2_FIFO_ACC_EN, BMI2_ENABLE, device);
    device_ = result == BMI2_OK ? device : nullptr;
    return result;
  }
  using BoschSensorClass::configure_sensor;

 private:
  uint8_t code_ = 0;
  bmi2_dev* device_ = nullptr;
};

Sensor sensor(THRUM_WIRE);

// 2048 digits per g: digits are counts.
int16_t Counts(const uint8_t* bytes) {
  const int16_t raw = static_cast<int16_t>(bytes[0] | bytes[1] << 8);
  return raw == -32768 ? -32767 : raw;
}

bool ReadFrames(Frame* frames, uint8_t count) {
  uint8_t bytes[kFramesPerRead * kFrameBytes];
  const uint16_t length = static_cast<uint16_t>(count * kFrameBytes);
  if (bmi2_get_regs(BMI2_FIFO_DATA_ADDR, bytes, length, sensor.device()) != BMI2_OK) {
    return false;
  }
  for (uint8_t i = 0; i < count; ++i) {
    for (uint8_t axis = 0; axis < 3; ++axis) {
      frames[i].axis[axis] = Counts(bytes + i * kFrameBytes + 2 * axis);
    }
  }
  return true;
}

}  // namespace

const char* Name() { return "bmi270"; }

// The data sheet's cut-off is 740 Hz at 1600 Hz; two fifths of the rate are safe at both.
uint16_t Bandwidth(uint32_t rate_hz) {
  return Code(rate_hz) == 0 ? 0 : static_cast<uint16_t>(rate_hz * 2 / 5);
}

Status Open(uint32_t rate_hz) {
  if (Code(rate_hz) == 0) {
    return Status::kRateMismatch;
  }
  bus::Begin();
  uint8_t identity = 0;
  if (!bus::Read(kAddress, kChipId, &identity, 1)) {
    return Status::kSourceMissing;
  }
  if (identity != kIdentity) {
    return Status::kWrongSensor;
  }
  const bool started = sensor.Start(Code(rate_hz));
  bus::Begin();  // the library has set the clock back to 100 kHz
  return started ? Status::kOk : Status::kSourceMissing;
}

Status Drain(Drained* drained) {
  drained->count = 0;
  drained->overrun = false;
  uint16_t length = 0;
  if (bmi2_get_fifo_length(&length, sensor.device()) != BMI2_OK) {
    return Status::kSourceMissing;
  }
  drained->overrun = length >= kFifoFull;
  uint16_t stored = length / kFrameBytes;
  while (stored != 0 && drained->count < kMaxFrames) {
    const uint8_t room = kMaxFrames - drained->count;
    uint8_t count = stored < kFramesPerRead ? static_cast<uint8_t>(stored) : kFramesPerRead;
    count = count < room ? count : room;
    if (!ReadFrames(drained->frames + drained->count, count)) {
      return Status::kSourceMissing;
    }
    drained->count = static_cast<uint8_t>(drained->count + count);
    stored = static_cast<uint16_t>(stored - count);
  }
  return Status::kOk;
}

}  // namespace driver
}  // namespace imu
}  // namespace thrum
