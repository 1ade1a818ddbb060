// nRF52840 and others on mbed: a Ticker interrupt converts, which takes about 15 us. The converter's
// reference is the supply. Other interrupts (USB) delay a conversion by some microseconds.

#include <Arduino.h>
#include <drivers/Ticker.h>
#include <hal/analogin_api.h>
#include <hal/us_ticker_api.h>
#include <pinDefinitions.h>

#include <chrono>

#include "samplers/analog/adc.h"

#ifndef THRUM_ANALOG_PIN
#define THRUM_ANALOG_PIN A0
#endif

namespace thrum {
namespace imu {
namespace adc {
namespace {

mbed::Ticker ticker;
analogin_t input;
Take take;

// AnalogIn would take a mutex here; its hardware layer does not. Nothing else converts.
void Convert() {
  const uint32_t now_us = static_cast<uint32_t>(ticker_read_us(get_us_ticker_data()));
  const uint16_t value = analogin_read_u16(&input);
  take(value < UINT16_MAX ? value : UINT16_MAX - 1, now_us);
}

}  // namespace

uint32_t MaxRate() { return 8000; }

bool Start(uint32_t period_us, Take taker) {
  const PinName pin = analogPinToPinName(THRUM_ANALOG_PIN);
  if (pin == NC) {
    return false;
  }
  take = taker;
  analogin_init(&input, pin);
  ticker.attach(Convert, std::chrono::microseconds(period_us));
  return true;
}

void Stop() { ticker.detach(); }

uint16_t ShareOfSupply(uint16_t value) { return value; }

}  // namespace adc
}  // namespace imu
}  // namespace thrum
