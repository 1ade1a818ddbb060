// One complete window on the ATmega328P, part by part, over the golden windows.
// tools/bench/bench_avr.py builds it with the target's kernels and with the portable ones, and
// measures the bench_* functions from call to return on simavr.

#include <avr/interrupt.h>
#include <avr/sleep.h>

#include "parts.h"

int main() {
  LearnAndFill();
  for (const golden::Window& window : golden::kWindowVectors) {
    Load(window);
    bench_window();
  }
  cli();
  sleep_enable();
  sleep_cpu();
}
