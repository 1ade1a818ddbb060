#pragma once

// ESP32's Preferences on the host: one value, replaced as a whole or not at all.

#include <stddef.h>
#include <stdint.h>

#include <string>

class Preferences {
 public:
  static std::string value;
  static uint32_t steps_left;

  bool begin(const char* name, bool) { return name != nullptr; }
  size_t getBytesLength(const char*) { return value.size(); }
  size_t getBytes(const char*, void* to, size_t size) { return value.copy((char*)to, size); }
  size_t putBytes(const char*, const void* from, size_t size) {
    if (steps_left != 0) {
      --steps_left;
      value.assign(static_cast<const char*>(from), size);
    }
    return size;
  }
};
