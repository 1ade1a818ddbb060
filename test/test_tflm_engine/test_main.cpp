// The interpreter loop gives the right answers: golden vectors, random inputs, no heap, the arena in
// use. What it refuses is in test_tflm_refusals.

#include <stdio.h>
#include <stdlib.h>

#include "../allocations.h"
#include "../golden.h"
#include "../tflm_suite.h"

#ifndef THRUM_TFLM_TOLERANCE
#define THRUM_TFLM_TOLERANCE 0  // largest difference of an int8 output; reference kernels have none
#endif

using namespace thrum;

namespace {

// Differences of the interpreter's outputs from the reference, all told.
struct Differences {
  int outputs = 0;
  int differing = 0;
  int largest = 0;

  void Add(const int8_t* expected, const int8_t* scores) {
    for (int k = 0; k < model::kOutputSize; ++k) {
      const int difference = abs(expected[k] - scores[k]);
      ++outputs;
      differing += difference != 0 ? 1 : 0;
      largest = difference > largest ? difference : largest;
    }
  }

  // Said whether it passes or not: a tolerance must not hide behind a green test.
  void Judge(const char* of) const {
    char line[128];
    snprintf(line, sizeof(line), "%s: %d of %d outputs differ, by at most %d LSB; tolerated: %d",
             of, differing, outputs, largest, THRUM_TFLM_TOLERANCE);
    TEST_MESSAGE(line);
    TEST_ASSERT_GREATER_THAN(0, outputs);
    TEST_ASSERT_LESS_OR_EQUAL(THRUM_TFLM_TOLERANCE, largest);
  }
};

void ComputesTheGoldenVectors() {
  ExpectStatus(Status::kOk, Engine::Begin());
  Differences differences;
  for (const golden::NetworkVector& vector : golden::kNetworkVectors) {
    int8_t scores[model::kOutputSize];
    ExpectStatus(Status::kOk, Engine::Run(vector.input, scores));
    differences.Add(vector.layers + golden::kLayerValues - model::kOutputSize, scores);
  }
  differences.Judge("golden vectors");
}

void AgreesWithTheGeneratedEngineOnRandomInputs() {
  ExpectStatus(Status::kOk, Engine::Begin());
  Differences differences;
  uint32_t random = 1;
  for (int i = 0; i < 2000; ++i) {
    int8_t features[model::kInputSize];
    for (int8_t& feature : features) {
      random = random * 1664525u + 1013904223u;
      feature = static_cast<int8_t>(random >> 24);
    }
    int8_t expected[model::kOutputSize];
    int8_t scores[model::kOutputSize];
    ExpectStatus(Status::kOk, aot::Engine::Run(features, expected));
    ExpectStatus(Status::kOk, Engine::Run(features, scores));
    differences.Add(expected, scores);
  }
  differences.Judge("random inputs");
}

void BeginsAgain() {
  ExpectStatus(Status::kOk, Engine::Begin());
  const size_t used = Engine::ArenaUsed();
  ExpectStatus(Status::kOk, Engine::Begin());
  TEST_ASSERT_EQUAL(used, Engine::ArenaUsed());
}

void ReportsTheArenaInUse() {
  ExpectStatus(Status::kOk, Engine::Begin());
  TEST_ASSERT_GREATER_THAN(0, Engine::ArenaUsed());
  TEST_ASSERT_LESS_OR_EQUAL(model::kTensorArenaSize, Engine::ArenaUsed());
}

template <class AnyEngine>
void ExpectNoAllocation() {
  int8_t features[model::kInputSize] = {};
  int8_t scores[model::kOutputSize];
  CountAllocations();
  const Status begun = AnyEngine::Begin();
  const Status ran = AnyEngine::Run(features, scores);
  TEST_ASSERT_EQUAL(0, allocations);
  ExpectStatus(Status::kOk, begun);
  ExpectStatus(Status::kOk, ran);
}

void TheInterpreterTakesNothingFromTheHeap() { ExpectNoAllocation<Engine>(); }

void TheGeneratedEngineTakesNothingFromTheHeap() { ExpectNoAllocation<aot::Engine>(); }

// Without this, a counter that counts nothing would pass.
void AllocationsAreCounted() {
  CountAllocations();
  int* volatile memory = new int;
  delete memory;
  TEST_ASSERT_EQUAL(1, allocations);
}

}  // namespace

void RunTests() {
  RUN_TEST(ComputesTheGoldenVectors);
  RUN_TEST(AgreesWithTheGeneratedEngineOnRandomInputs);
  RUN_TEST(BeginsAgain);
  RUN_TEST(ReportsTheArenaInUse);
  RUN_TEST(AllocationsAreCounted);
  RUN_TEST(TheInterpreterTakesNothingFromTheHeap);
  RUN_TEST(TheGeneratedEngineTakesNothingFromTheHeap);
}
