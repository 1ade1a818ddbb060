// The IMU of the Nano 33 BLE Sense rev 2. Its firmware image comes from Arduino_BMI270_BMM150, whose
// begin() loads it; rate, range, power and FIFO are set here: the library's 100 Hz and power-save
// would deliver far fewer samples.

#include <Arduino_BMI270_BMM150.h>

#include "samplers/imu/registers.h"

#ifndef THRUM_WIRE
#define THRUM_WIRE Wire
#endif

namespace thrum {
namespace imu {
namespace driver {
namespace {

constexpr Chip kChip = OnI2c(0x68);
constexpr Identity kIdentity = {0x00, 0x24};
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
int16_t Counts(const uint8_t* bytes) { return Symmetric(LittleEndian(bytes)); }

bool ReadFrames(uint8_t* bytes, uint8_t frames) {
  const uint16_t length = static_cast<uint16_t>(frames * kFrameBytes);
  return bmi2_get_regs(BMI2_FIFO_DATA_ADDR, bytes, length, sensor.device()) == BMI2_OK;
}

constexpr Fifo kFifo = {kFramesPerRead, ReadFrames, Counts};

}  // namespace

const char* Name() { return "bmi270"; }

uint8_t Axes() { return 3; }

// The data sheet's cut-off is 740 Hz at 1600 Hz; two fifths of the rate are safe at both.
uint16_t Bandwidth(uint32_t rate_hz) {
  return Code(rate_hz) == 0 ? 0 : static_cast<uint16_t>(rate_hz * 2 / 5);
}

Status Open(uint32_t rate_hz) {
  if (Code(rate_hz) == 0) {
    return Status::kRateMismatch;
  }
  bus::Begin();
  const Status status = CheckIdentity(kChip, kIdentity);
  if (status != Status::kOk) {
    return status;
  }
  const bool started = sensor.Start(Code(rate_hz));
  bus::Begin();  // the library has set the clock back to 100 kHz
  return started ? Status::kOk : Status::kSourceMissing;
}

Status Drain(Drained* drained) {
  uint16_t length = 0;
  if (bmi2_get_fifo_length(&length, sensor.device()) != BMI2_OK) {
    return Status::kSourceMissing;
  }
  return Take(kFifo, static_cast<uint16_t>(length / kFrameBytes), length >= kFifoFull, drained);
}

}  // namespace driver
}  // namespace imu
}  // namespace thrum
