#pragma once

// What the suites of the interpreter loop share. `native` plays the interpreter with the test double
// of test/doubles/tflm, `native_tflm` has the real library.

#define THRUM_ENGINE_TFLM 1

#include "../src/engine.h"
#include "expect_status.h"
#include "model_aot.h"
#include "thrum/tflm_engine.h"
#include "unity_main.h"

constexpr size_t kRoom = 16384;  // more than any default model needs on a 64-bit host

alignas(16) inline uint8_t arena[kRoom];

inline tflite::MicroMutableOpResolver<thrum::model::kOperatorCount>& CompleteResolver() {
  static tflite::MicroMutableOpResolver<thrum::model::kOperatorCount> resolver;
  static const bool added = thrum::model::AddOperators(resolver);
  TEST_ASSERT_TRUE(added);
  return resolver;
}

void setUp() {
#ifdef THRUM_TFLM_DOUBLE
  tflm_double::network = [](const int8_t* input, int8_t* output) {
    (void)thrum::aot::Engine::Run(input, output);
  };
#endif
}
void tearDown() {}
