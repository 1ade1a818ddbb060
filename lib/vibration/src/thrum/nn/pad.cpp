#include "thrum/nn/pad.h"

#include <string.h>

namespace thrum {
namespace {

struct Cursor {
  const int8_t* input;
  int8_t* output;
};

// Bytes of the output below an axis.
Count Below(const PadLayer& layer, uint8_t axis) {
  Count size = 1;
  for (uint8_t i = static_cast<uint8_t>(axis + 1); i < 4; ++i) {
    size = static_cast<Count>(size * (layer.before[i] + layer.sides[i] + layer.behind[i]));
  }
  return size;
}

void Zeros(const PadLayer& layer, Count count, Cursor* at) {
  memset(at->output, layer.zero, count);
  at->output += count;
}

// One axis and those below it; `axis` is at most 3, so that this ends.
void Axis(const PadLayer& layer, uint8_t axis, Cursor* at) {
  const Count below = Below(layer, axis);
  Zeros(layer, static_cast<Count>(layer.before[axis] * below), at);
  if (axis == 3) {
    memcpy(at->output, at->input, layer.sides[3]);
    at->input += layer.sides[3];
    at->output += layer.sides[3];
  } else {
    for (Count i = 0; i < layer.sides[axis]; ++i) {
      Axis(layer, static_cast<uint8_t>(axis + 1), at);
    }
  }
  Zeros(layer, static_cast<Count>(layer.behind[axis] * below), at);
}

}  // namespace

void Pad(const PadLayer& layer, const int8_t* input, int8_t* output) {
  Cursor at = {input, output};
  Axis(layer, 0, &at);
}

}  // namespace thrum
