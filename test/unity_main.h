#pragma once
// The entry point of every Unity suite: a suite defines RunTests(), this header calls it on each
// target and ends the simulator. A suite includes it as "../unity_main.h": PlatformIO's dependency
// finder follows relative includes only, and must find Unity behind this one.

#include <unity.h>

void RunTests();

// THRUM_HOST: the Arduino port of TensorFlow Lite Micro on the host, which insists on ARDUINO.
#if defined(ARDUINO) && !defined(THRUM_HOST)
#include <Arduino.h>

#if defined(__AVR__)
#include <avr/sleep.h>
// Sleeping with interrupts off never ends on the chip, and ends the simulation on simavr.
inline void Park() {
  noInterrupts();
  set_sleep_mode(SLEEP_MODE_PWR_DOWN);
  sleep_mode();
}
#else
inline void Park() {}
#endif

void setup() {
  UnityBegin(__BASE_FILE__);
  RunTests();
  UNITY_END();
  Serial.flush();
  Park();
}

void loop() {}

#else

int main() {
  UnityBegin(__BASE_FILE__);
  RunTests();
  return UNITY_END();
}

#endif
