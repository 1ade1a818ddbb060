// The interpreter loop: right answers, and a distinct refusal for everything that can be wrong. With
// the test double of test/tflm_double in `native`, with the real library in `native_tflm`.

#define THRUM_ENGINE_TFLM 1

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <new>

#include "../../src/engine.h"
#include "../golden.h"
#include "../unity_main.h"
#include "model_aot.h"
#include "thrum/tflm_engine.h"

#ifndef THRUM_TFLM_TOLERANCE
#define THRUM_TFLM_TOLERANCE 0  // largest difference of an int8 output; reference kernels have none
#endif

namespace {
int allocations;
}  // namespace

void* operator new(size_t size) {
  ++allocations;
  return malloc(size);
}
void* operator new[](size_t size) {
  ++allocations;
  return malloc(size);
}
void operator delete(void* memory) noexcept { free(memory); }
void operator delete[](void* memory) noexcept { free(memory); }
void operator delete(void* memory, size_t) noexcept { free(memory); }
void operator delete[](void* memory, size_t) noexcept { free(memory); }

using namespace thrum;

namespace {

constexpr size_t kRoom = 16384;  // more than any default model needs on a 64-bit host

alignas(16) uint8_t arena[kRoom];
alignas(16) uint8_t model_bytes[sizeof(model::kModelData)];

tflite::MicroMutableOpResolver<model::kOperatorCount>& CompleteResolver() {
  static tflite::MicroMutableOpResolver<model::kOperatorCount> resolver;
  static const bool added = model::AddOperators(resolver);
  TEST_ASSERT_TRUE(added);
  return resolver;
}

void ExpectStatus(Status expected, Status actual) {
  TEST_ASSERT_EQUAL_STRING(Explain(expected), Explain(actual));
}

// Begins a session of its own with facts that a test made.
void ExpectBegin(Status expected, const tflm::ModelFacts& facts, size_t arena_size = kRoom) {
  static tflm::Session session;
  ExpectStatus(expected, session.Begin(facts, CompleteResolver(), arena, arena_size));
  if (expected != Status::kOk) {
    int8_t features[model::kInputSize] = {};
    int8_t scores[model::kOutputSize] = {};
    ExpectStatus(Status::kInvokeFailed, session.Run(features, scores));
  }
}

bool Fits(size_t arena_size) {
  static tflm::Session session;
  const Status status =
      session.Begin(DeployedModel::Facts(), CompleteResolver(), arena, arena_size);
  TEST_ASSERT_TRUE(status == Status::kOk || status == Status::kArenaTooSmall);
  return status == Status::kOk;
}

// Downwards in small steps from the header's value: TFLM notices an arena that is a little too small
// and dies of many that are much too small.
size_t SmallestArena() {
  size_t size = model::kTensorArenaSize;
  for (size_t step = 16; step != 0; step /= 16) {
    while (Fits(size - step)) {
      size -= step;
    }
  }
  return size;
}

// A copy of the .tflite to damage.
tflm::ModelFacts CopiedFacts() {
  memcpy(model_bytes, model::kModelData, sizeof(model_bytes));
  tflm::ModelFacts facts = DeployedModel::Facts();
  facts.bytes = model_bytes;
  return facts;
}

void RefusesToRunBeforeBegin() {
  static tflm::Session session;
  int8_t features[model::kInputSize] = {};
  int8_t scores[model::kOutputSize] = {};
  ExpectStatus(Status::kInvokeFailed, session.Run(features, scores));
  TEST_ASSERT_EQUAL(0, session.ArenaUsed());
}

void ComputesTheGoldenVectors() {
  ExpectStatus(Status::kOk, Engine::Begin());
  for (int i = 0; i < golden::kNetworkInputs; ++i) {
    const golden::NetworkVector& vector = golden::kNetworkVectors[i];
    const int8_t* expected = vector.layers + golden::kLayerValues - model::kOutputSize;
    int8_t scores[model::kOutputSize];
    ExpectStatus(Status::kOk, Engine::Run(vector.input, scores));
    for (int k = 0; k < model::kOutputSize; ++k) {
      TEST_ASSERT_INT8_WITHIN(THRUM_TFLM_TOLERANCE, expected[k], scores[k]);
    }
  }
}

void AgreesWithTheGeneratedEngineOnRandomInputs() {
  ExpectStatus(Status::kOk, Engine::Begin());
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
    for (int k = 0; k < model::kOutputSize; ++k) {
      TEST_ASSERT_INT8_WITHIN(THRUM_TFLM_TOLERANCE, expected[k], scores[k]);
    }
  }
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

void AllocatesNothing() {
  const int before = allocations;
  ExpectStatus(Status::kOk, Engine::Begin());
  int8_t features[model::kInputSize] = {};
  int8_t scores[model::kOutputSize];
  ExpectStatus(Status::kOk, Engine::Run(features, scores));
  TEST_ASSERT_EQUAL(before, allocations);
}

void RefusesAnotherSchema() {
  const tflm::ModelFacts facts = CopiedFacts();
  ExpectBegin(Status::kOk, facts);
  uint32_t root;
  memcpy(&root, model_bytes, sizeof(root));
  int32_t fields;
  memcpy(&fields, model_bytes + root, sizeof(fields));
  uint16_t version_at;  // the schema version is the first field of the root table
  memcpy(&version_at, model_bytes + root - fields + 4, sizeof(version_at));
  model_bytes[root + version_at] = 4;
  ExpectBegin(Status::kModelSchema, facts);
}

void RefusesWhatIsNoModel() {
  const tflm::ModelFacts facts = CopiedFacts();
  memset(model_bytes, 0xFF, 16);
  ExpectBegin(Status::kModelSchema, facts);
}

void RefusesAMissingOperator() {
  static tflite::MicroMutableOpResolver<1> resolver;
  static tflm::Session session;
  TEST_ASSERT_EQUAL(kTfLiteOk, resolver.AddFullyConnected());
  ExpectStatus(Status::kModelOperators,
               session.Begin(DeployedModel::Facts(), resolver, arena, kRoom));
}

struct ModelWithOneOperatorTooMany : DeployedModel {
  static constexpr uint8_t kOperators = 1;
};

void RefusesAResolverThatIsTooSmall() {
  ExpectStatus(Status::kModelOperators, TflmEngine<ModelWithOneOperatorTooMany>::Begin());
}

void RefusesAnArenaOneByteShort() {
  const size_t smallest = SmallestArena();
  char sizes[64];
  snprintf(sizes, sizeof(sizes), "smallest arena %u, header %u", static_cast<unsigned>(smallest),
           static_cast<unsigned>(model::kTensorArenaSize));
  TEST_MESSAGE(sizes);
  TEST_ASSERT_LESS_OR_EQUAL(model::kTensorArenaSize, smallest);
  ExpectBegin(Status::kOk, DeployedModel::Facts(), smallest);
  ExpectBegin(Status::kArenaTooSmall, DeployedModel::Facts(), smallest - 1);
}

// TFLM does not check whether its own bookkeeping fits; the session does.
void RefusesAnArenaThatIsAJoke() {
  for (size_t size = 0; size < tflm::kSmallestArena; ++size) {
    ExpectBegin(Status::kArenaTooSmall, DeployedModel::Facts(), size);
  }
}

void RefusesAnotherShape() {
  tflm::ModelFacts facts = DeployedModel::Facts();
  ++facts.input.size;
  ExpectBegin(Status::kTensorShape, facts);
  facts = DeployedModel::Facts();
  --facts.output.size;
  ExpectBegin(Status::kTensorShape, facts);
}

void RefusesAnotherScale() {
  tflm::ModelFacts facts = DeployedModel::Facts();
  facts.input.scale = nextafterf(facts.input.scale, 1.0f);
  ExpectBegin(Status::kTensorQuantization, facts);
  facts = DeployedModel::Facts();
  facts.output.scale = nextafterf(facts.output.scale, 0.0f);
  ExpectBegin(Status::kTensorQuantization, facts);
}

void RefusesAnotherZeroPoint() {
  tflm::ModelFacts facts = DeployedModel::Facts();
  ++facts.input.zero_point;
  ExpectBegin(Status::kTensorQuantization, facts);
  facts = DeployedModel::Facts();
  ++facts.output.zero_point;
  ExpectBegin(Status::kTensorQuantization, facts);
}

int invocations_until_failure;
TfLiteStatus (*dense)(TfLiteContext*, TfLiteNode*);

TfLiteStatus FailingDense(TfLiteContext* context, TfLiteNode* node) {
  return --invocations_until_failure < 0 ? kTfLiteError : dense(context, node);
}

// The model's operators, with a dense layer that fails when it is told to.
tflite::MicroMutableOpResolver<model::kOperatorCount>& FailingResolver() {
  static tflite::MicroMutableOpResolver<model::kOperatorCount> resolver;
  static bool added = false;
  if (!added) {
    auto registration = tflite::Register_FULLY_CONNECTED();
    dense = registration.invoke;
    registration.invoke = FailingDense;
    TEST_ASSERT_EQUAL(kTfLiteOk, resolver.AddFullyConnected(registration));
    TEST_ASSERT_EQUAL(kTfLiteOk, resolver.AddSoftmax());
    added = true;
  }
  return resolver;
}

void ReportsAFailingInvokeAtStart() {
  static tflm::Session session;
  invocations_until_failure = 0;
  ExpectStatus(Status::kInvokeFailed,
               session.Begin(DeployedModel::Facts(), FailingResolver(), arena, kRoom));
}

void ReportsAFailingInvokeAndLeavesTheScores() {
  static tflm::Session session;
  invocations_until_failure = 1000;
  ExpectStatus(Status::kOk, session.Begin(DeployedModel::Facts(), FailingResolver(), arena, kRoom));
  int8_t features[model::kInputSize] = {};
  int8_t scores[model::kOutputSize] = {11, 22};
  invocations_until_failure = 0;
  ExpectStatus(Status::kInvokeFailed, session.Run(features, scores));
  TEST_ASSERT_EQUAL_INT8(11, scores[0]);
  TEST_ASSERT_EQUAL_INT8(22, scores[1]);
}

#ifdef THRUM_TFLM_DOUBLE
// Real kernels refuse a mixed model already in AllocateTensors.
void RefusesAnotherType() {
  const tflm::ModelFacts facts = CopiedFacts();
  const tflite::SubGraph* graph = tflite::GetModel(model_bytes)->subgraphs()->Get(0);
  const int32_t indices[] = {graph->inputs()->Get(0), graph->outputs()->Get(0)};
  for (const int32_t index : indices) {
    uint8_t* type = const_cast<uint8_t*>(graph->tensors()->Get(index)->Field(1));
    *type = 2;  // int32
    ExpectBegin(Status::kTensorType, facts);
    *type = 9;
  }
  ExpectBegin(Status::kOk, facts);
}
#endif

void EveryRefusalHasItsOwnSentence() {
  constexpr uint8_t kLast = static_cast<uint8_t>(Status::kSensorSilent);
  for (uint8_t a = 0; a <= kLast; ++a) {
    for (uint8_t b = 0; b < a; ++b) {
      TEST_ASSERT_NOT_EQUAL(
          0, strcmp(Explain(static_cast<Status>(a)), Explain(static_cast<Status>(b))));
    }
  }
}

}  // namespace

void setUp() {
#ifdef THRUM_TFLM_DOUBLE
  tflm_double::network = [](const int8_t* input, int8_t* output) {
    (void)aot::Engine::Run(input, output);
  };
#endif
}
void tearDown() {}

void RunTests() {
  RUN_TEST(RefusesToRunBeforeBegin);
  RUN_TEST(ComputesTheGoldenVectors);
  RUN_TEST(AgreesWithTheGeneratedEngineOnRandomInputs);
  RUN_TEST(BeginsAgain);
  RUN_TEST(ReportsTheArenaInUse);
  RUN_TEST(AllocatesNothing);
  RUN_TEST(RefusesAnotherSchema);
  RUN_TEST(RefusesWhatIsNoModel);
  RUN_TEST(RefusesAMissingOperator);
  RUN_TEST(RefusesAResolverThatIsTooSmall);
  RUN_TEST(RefusesAnArenaOneByteShort);
  RUN_TEST(RefusesAnArenaThatIsAJoke);
  RUN_TEST(RefusesAnotherShape);
  RUN_TEST(RefusesAnotherScale);
  RUN_TEST(RefusesAnotherZeroPoint);
  RUN_TEST(ReportsAFailingInvokeAtStart);
  RUN_TEST(ReportsAFailingInvokeAndLeavesTheScores);
#ifdef THRUM_TFLM_DOUBLE
  RUN_TEST(RefusesAnotherType);
#endif
  RUN_TEST(EveryRefusalHasItsOwnSentence);
}
