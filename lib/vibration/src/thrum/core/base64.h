#pragma once

// RFC 4648 with padding: how the serial line carries samples, bands and features.

#include <stdint.h>

#include "thrum/core/line.h"

namespace thrum {

// Reads memory as it lies there: little endian on every target.
void AppendBase64(const void* bytes, uint8_t size, Line* line);

// Decodes in place; returns the bytes, or -1 for anything but well-formed base64.
int16_t DecodeBase64(char* text, uint8_t length);

}  // namespace thrum
