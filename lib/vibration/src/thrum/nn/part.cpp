#include "thrum/nn/part.h"

#include <string.h>

namespace thrum {
namespace {

// One axis and those below it; `axis` is at most 4, so that this ends. Returns the end of the output.
int8_t* Axis(const PartLayer& layer, uint8_t axis, const int8_t* input, int8_t* output) {
  const Count count = layer.counts[axis];
  if (axis == 4 && layer.pitches[4] == 1) {
    memcpy(output, input, count);
    return output + count;
  }
  for (Count i = 0; i < count; ++i) {
    if (axis == 4) {
      *output++ = *input;
    } else {
      output = Axis(layer, static_cast<uint8_t>(axis + 1), input, output);
    }
    input += layer.pitches[axis];
  }
  return output;
}

}  // namespace

void Part(const PartLayer& layer, const int8_t* input, int8_t* output) {
  Axis(layer, 0, input + layer.start, output);
}

}  // namespace thrum
