// The interpreter loop refuses everything that can be wrong with a model, each with a sentence of its
// own. The arena has a suite to itself: test_tflm_arena.

#include <math.h>
#include <string.h>

#include "../tflm_suite.h"

using namespace thrum;

namespace {

alignas(16) uint8_t model_bytes[sizeof(model::kModelData)];

// Begins a session of its own with facts that a test made.
void ExpectBegin(Status expected, const tflm::ModelFacts& facts) {
  static tflm::Session session;
  ExpectStatus(expected, session.Begin(facts, CompleteResolver(), arena, kRoom));
  if (expected != Status::kOk) {
    int8_t features[model::kInputSize] = {};
    int8_t scores[model::kOutputSize] = {};
    ExpectStatus(Status::kInvokeFailed, session.Run(features, scores));
  }
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

void RunTests() {
  RUN_TEST(RefusesToRunBeforeBegin);
  RUN_TEST(RefusesAnotherSchema);
  RUN_TEST(RefusesWhatIsNoModel);
  RUN_TEST(RefusesAMissingOperator);
  RUN_TEST(RefusesAResolverThatIsTooSmall);
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
