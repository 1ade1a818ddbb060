#pragma once

// Stands in for the Arduino core when the Arduino port of TensorFlow Lite Micro is built for the
// host (environment native_tflm). The port knows no other platform; it wants a clock and a serial
// port to complain on, nothing else.

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

inline unsigned long micros() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<unsigned long>(now.tv_sec * 1000000L + now.tv_nsec / 1000);
}
inline unsigned long millis() { return micros() / 1000; }
inline void delayMicroseconds(unsigned int) {}

struct HostSerial {
  void begin(unsigned long) {}
  explicit operator bool() const { return true; }
  int read() { return -1; }
  void print(const char* text) { fputs(text, stderr); }
  void print(uint32_t number) { fprintf(stderr, "%u", static_cast<unsigned>(number)); }
  void println(const char* text) { fprintf(stderr, "%s\n", text); }
  void flush() {}
  void println(char character) { fprintf(stderr, "%c\n", character); }
};

static HostSerial Serial;
