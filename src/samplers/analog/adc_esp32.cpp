// ESP32, converter 1 (GPIO 32 to 39; 2 belongs to Wi-Fi), with its calibration: it is not linear and
// not tied to the supply. The conversion waits on a lock, so it belongs to esp_timer's task (priority
// 22, the other core), not to an interrupt; a conversion takes about 40 us.

#include <Arduino.h>
#include <driver/adc.h>
#include <esp_adc_cal.h>
#include <esp_timer.h>

#include "samplers/analog/adc.h"

#ifndef THRUM_ANALOG_PIN
#define THRUM_ANALOG_PIN 34  // 36 and 39 are pulled low when other parts of the chip wake
#endif

namespace thrum {
namespace imu {
namespace adc {
namespace {

constexpr adc_atten_t kTo3V1 = ADC_ATTEN_DB_12;
constexpr uint32_t kTypicalReferenceMv = 1100;  // where the chip was not calibrated
constexpr uint32_t kSupplyMv = 3300;

esp_timer_handle_t timer;
esp_adc_cal_characteristics_t calibration;
adc1_channel_t channel;
Take take;

void Convert(void*) {
  const uint32_t now_us = static_cast<uint32_t>(esp_timer_get_time());
  take(static_cast<uint16_t>(adc1_get_raw(channel)), now_us);
}

// Missed ticks are skipped: TimedRing finds their places empty and counts them.
bool CreateTimer() {
  esp_timer_create_args_t wanted = {};
  wanted.callback = Convert;
  wanted.dispatch_method = ESP_TIMER_TASK;
  wanted.name = "thrum";
  wanted.skip_unhandled_events = true;
  return timer != nullptr || esp_timer_create(&wanted, &timer) == ESP_OK;
}

bool SetUpConverter() {
  const int8_t number = digitalPinToAnalogChannel(THRUM_ANALOG_PIN);
  if (number < 0 || number >= ADC1_CHANNEL_MAX) {
    return false;
  }
  channel = static_cast<adc1_channel_t>(number);
  esp_adc_cal_characterize(ADC_UNIT_1, kTo3V1, ADC_WIDTH_BIT_12, kTypicalReferenceMv, &calibration);
  return adc1_config_width(ADC_WIDTH_BIT_12) == ESP_OK &&
         adc1_config_channel_atten(channel, kTo3V1) == ESP_OK;
}

}  // namespace

uint32_t MaxRate() { return 4000; }

bool Start(uint32_t period_us, Take taker) {
  take = taker;
  return SetUpConverter() && CreateTimer() && esp_timer_start_periodic(timer, period_us) == ESP_OK;
}

void Stop() {
  if (timer != nullptr && esp_timer_stop(timer) == ESP_OK) {
    delay(2);  // a conversion that has begun ends
  }
}

uint16_t ShareOfSupply(uint16_t value) {
  const uint32_t share = esp_adc_cal_raw_to_voltage(value, &calibration) * 65536 / kSupplyMv;
  return static_cast<uint16_t>(share < UINT16_MAX ? share : UINT16_MAX);
}

}  // namespace adc
}  // namespace imu
}  // namespace thrum
