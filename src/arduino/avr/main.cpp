// In place of Arduino's main, which sets up timers, converter and clock for functions that this
// firmware does not call: 330 bytes of flash.

#include <Arduino.h>

int main() {
  sei();
  setup();
  for (;;) {
    loop();
  }
}
