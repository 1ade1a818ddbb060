// The generated engine against TFLM's reference kernels: every integer of every layer, and the
// requantization at its edges.

#include "../golden.h"
#include "../unity_main.h"
#include "model_aot.h"
#include "model_params.h"
#include "thrum/core/progmem.h"
#include "thrum/detection/baseline.h"
#include "thrum/nn/kernels.h"

using namespace thrum;

namespace {

constexpr int32_t kHalf = INT32_C(1) << 30;  // 0.5 in Q31

// Compares what the probe sees with the golden layers, one after another.
struct Checker {
  const int8_t* expected;  // flash
  uint8_t layers;

  void operator()(uint8_t index, const int8_t* values, uint16_t count) {
    TEST_ASSERT_EQUAL_UINT8(layers, index);
    TEST_ASSERT_EQUAL_UINT16(FlashRead(&golden::kLayerSizes[index]), count);
    for (uint16_t i = 0; i < count; ++i) {
      TEST_ASSERT_EQUAL_INT8_MESSAGE(FlashRead(expected + i), values[i], "layer value");
    }
    expected += count;
    ++layers;
  }
};

void ExpectLayers(const int8_t* input, const int8_t* expected) {
  Checker checker = {expected, 0};
  int8_t scores[aot::kOutputSize];
  aot::RunProbed(input, scores, checker);
  TEST_ASSERT_EQUAL_UINT8(golden::kLayers, checker.layers);
  int8_t again[aot::kOutputSize];
  TEST_ASSERT_TRUE(aot::Engine::Run(input, again) == Status::kOk);
  TEST_ASSERT_EQUAL_INT8_ARRAY(scores, again, aot::kOutputSize);
}

void GoldenWindowsGiveEveryLayer() {
  for (const golden::Window& window : golden::kWindowVectors) {
    uint8_t z[aot::kInputSize];
    for (uint16_t i = 0; i < aot::kInputSize; ++i) {
      z[i] = FlashRead(&window.z[i]);
    }
    int8_t input[aot::kInputSize];
    Rank(z, aot::kInputSize, input);
    ExpectLayers(input, window.layers);
  }
}

void GoldenWindowsGiveTheirVelocity() {
  constexpr VelocityConfig kOfRate =
      MakeVelocity(model::kRateHz, model::kMilliGPerCountQ12, model::kFeatures.log2_length);
  static int16_t samples[model::kWindow];
  for (const golden::Window& window : golden::kWindowVectors) {
    for (uint16_t i = 0; i < model::kWindow; ++i) {
      samples[i] = FlashRead(&window.samples[i]);
    }
    BandPower sum;
    Clear(&sum);
    const WindowStats stats = AddWindow(model::kFeatures, samples, &sum);
    const uint16_t velocity =
        stats.peak == 0 ? 0 : Velocity(kOfRate, model::kVelocityWeights, samples, stats.exponent);
    TEST_ASSERT_EQUAL_UINT16(FlashRead(&window.velocity), velocity);
  }
}

void NetworkInputsGiveEveryLayer() {
  for (const golden::NetworkVector& vector : golden::kNetworkVectors) {
    int8_t input[aot::kInputSize];
    for (uint16_t i = 0; i < aot::kInputSize; ++i) {
      input[i] = FlashRead(&vector.input[i]);
    }
    ExpectLayers(input, vector.layers);
  }
}

void InputMayStartAnywhere() {
  alignas(4) int8_t buffer[aot::kInputSize + 4];
  const golden::NetworkVector& vector = golden::kNetworkVectors[golden::kNetworkInputs - 1];
  for (uint8_t offset = 0; offset < 4; ++offset) {
    for (uint16_t i = 0; i < aot::kInputSize; ++i) {
      buffer[offset + i] = FlashRead(&vector.input[i]);
    }
    ExpectLayers(buffer + offset, vector.layers);
  }
}

void EngineNeedsNoSetUp() {
  TEST_ASSERT_TRUE(aot::Engine::Begin() == Status::kOk);
  TEST_ASSERT_EQUAL(aot::kArenaBytes, aot::Engine::ArenaUsed());
}

// value, multiplier, shift, result: computed with TFLM's MultiplyByQuantizedMultiplier.
void RequantizeRoundsTwice() {
  TEST_ASSERT_EQUAL_INT32(1, Requantize(1, kHalf, 0));     // 0.5 up
  TEST_ASSERT_EQUAL_INT32(0, Requantize(-1, kHalf, 0));    // -0.5 up
  TEST_ASSERT_EQUAL_INT32(-1, Requantize(-3, kHalf, -1));  // -0.75: -1.5 gives -1, -0.5 gives -1
  TEST_ASSERT_EQUAL_INT32(1, Requantize(3, kHalf, -1));    // 0.75: 1.5 gives 2, 1
  TEST_ASSERT_EQUAL_INT32(6, Requantize(3, kHalf, 2));
  TEST_ASSERT_EQUAL_INT32(INT32_MAX - 1, Requantize(INT32_MAX, INT32_MAX, 0));
  TEST_ASSERT_EQUAL_INT32(-INT32_MAX, Requantize(INT32_MIN, INT32_MAX, 0));
  TEST_ASSERT_EQUAL_INT32(1, Requantize(INT32_MAX, INT32_MAX, -31));
  TEST_ASSERT_EQUAL_INT32(-1, Requantize(INT32_MIN, INT32_MAX, -31));
}

void RowSoftmaxEqualsThePairTable() {
  const SoftmaxRowLayer layer = {1, 2, kHalf, 22, -496};  // beta * scale = 1 / 32
  int8_t output[2];
  const int8_t equal[2] = {-5, -5};
  SoftmaxRow(layer, equal, output);
  TEST_ASSERT_EQUAL_INT8(0, output[0]);
  TEST_ASSERT_EQUAL_INT8(0, output[1]);
  const int8_t apart[2] = {-128, 127};
  SoftmaxRow(layer, apart, output);
  TEST_ASSERT_EQUAL_INT8(-128, output[0]);
  TEST_ASSERT_EQUAL_INT8(127, output[1]);
}

}  // namespace

void RunTests() {
  RUN_TEST(GoldenWindowsGiveEveryLayer);
  RUN_TEST(GoldenWindowsGiveTheirVelocity);
  RUN_TEST(NetworkInputsGiveEveryLayer);
  RUN_TEST(InputMayStartAnywhere);
  RUN_TEST(EngineNeedsNoSetUp);
  RUN_TEST(RequantizeRoundsTwice);
  RUN_TEST(RowSoftmaxEqualsThePairTable);
}
