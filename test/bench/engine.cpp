// The smallest program with and without the engine: the difference is the engine's flash.

#include <stdint.h>

#if defined(BENCH_WITH_ENGINE)
#include "model_aot.h"

static void Infer(const int8_t* features, int8_t* scores) {
  if (thrum::aot::Engine::Run(features, scores) != thrum::Status::kOk) {
    scores[0] = 0;
  }
}
#else
static void Infer(const int8_t* features, int8_t* scores) { scores[0] = features[0]; }
#endif

volatile int8_t input[32];
volatile int8_t output[2];

int main() {
  int8_t features[32];
  int8_t scores[2];
  for (uint8_t i = 0; i < 32; ++i) {
    features[i] = input[i];
  }
  Infer(features, scores);
  output[0] = scores[0];
  output[1] = scores[1];
}
