#pragma once

// One model in one TensorFlow Lite Micro interpreter: every check before the first inference, then a
// loop without any. Used by TflmEngine (tflm_engine.h); tests call it with arenas and facts of
// their own. Nothing here allocates: interpreter and arena are static storage of the caller.

#include <stddef.h>
#include <stdint.h>

#include "tflm_headers.h"
#include "thrum/core/status.h"

namespace thrum {
namespace tflm {

// What the generated header says about the input or output of the model.
struct TensorFacts {
  float scale;         // exactly the float32 of the .tflite
  int32_t zero_point;  // -128 to 127
  uint16_t size;       // int8 values, all in the last dimension
};

struct ModelFacts {
  const uint8_t* bytes;  // the .tflite, aligned to 16 bytes; read in place for ever
  TensorFacts input;
  TensorFacts output;
};

// Below this, TFLM's own bookkeeping does not fit, and it writes through the null that it gets.
constexpr size_t kSmallestArena = 64 * sizeof(void*);

class Session {
 public:
  // Checks, in this order: schema, operators, arena, tensors, one inference on zeros. resolver and
  // arena (aligned to 16 bytes) live as long as the session. May be called again.
  [[nodiscard]] Status Begin(const ModelFacts& facts, const tflite::MicroOpResolver& resolver,
                             uint8_t* arena, size_t arena_size);

  // features: input.size values, scores: output.size values. Before a successful Begin it only
  // returns kInvokeFailed.
  [[nodiscard]] Status Run(const int8_t* features, int8_t* scores);

  // Bytes of the arena in use, 0 before AllocateTensors.
  size_t ArenaUsed() const;

 private:
  Status CheckTensors(const ModelFacts& facts);

  alignas(tflite::MicroInterpreter) uint8_t storage_[sizeof(tflite::MicroInterpreter)];
  tflite::MicroInterpreter* interpreter_ = nullptr;
  int8_t* input_ = nullptr;  // in the arena; null until everything was checked
  int8_t* output_ = nullptr;
  uint16_t input_size_ = 0;
  uint16_t output_size_ = 0;
};

}  // namespace tflm
}  // namespace thrum
