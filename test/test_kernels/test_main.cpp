// The target's kernels against the portable ones, on the target: equal on every integer.

#include "../unity_main.h"
#if !defined(__AVR__)  // it has no kernels of its own for them
#include "images.h"
#endif
#include "layers.h"
#include "thrum/nn/kernels.h"

using namespace thrum;
using namespace layers;

namespace {

#if defined(__AVR__)
constexpr uint16_t kRandomInputs = 100;
#else
constexpr uint16_t kRandomInputs = 2000;
#endif

constexpr int8_t kCanary = 0x5A;

// Buffers of one layer; inputs and outputs may start at any address, and nothing else is written.
template <typename Layer>
struct Bench {
  static constexpr Count kInputs = Layer::Shape::kInputs;
  static constexpr Count kOutputs = Layer::Shape::kOutputs;

  alignas(4) int8_t input[kInputs + 4];
  alignas(4) int8_t output[kOutputs + 8];
  int8_t expected[kOutputs];

  void Compare(uint8_t offset) {
    int8_t* const result = output + offset + 1;
    result[-1] = result[kOutputs] = kCanary;
    Layer::Reference(input + offset, expected);
    Layer::Target(input + offset, result);
    TEST_ASSERT_EQUAL_INT8_ARRAY(expected, result, kOutputs);
    TEST_ASSERT_EQUAL_INT8(kCanary, result[-1]);
    TEST_ASSERT_EQUAL_INT8(kCanary, result[kOutputs]);
  }
};

template <typename Layer>
void NoiseIsEqual() {
  Bench<Layer> bench;
  Random random = {4711};
  for (uint16_t n = 0; n < kRandomInputs; ++n) {
    const uint16_t kind = random.Next();  // some inputs small, most of them everywhere
    for (int8_t& value : bench.input) {
      value = static_cast<int8_t>(random.Next());
      value = static_cast<int8_t>(kind % 4 == 0 ? value / 16 - 112 : value);
    }
    bench.Compare(static_cast<uint8_t>(n % 4));
  }
}

template <typename Layer>
void ConstantsAreEqual() {
  Bench<Layer> bench;
  for (int16_t value = -128; value < 128; ++value) {
    for (Count i = 0; i < bench.kInputs; ++i) {
      bench.input[i] = static_cast<int8_t>(i % 2 == 0 ? value : -1 - value);
    }
    bench.Compare(0);
    for (Count i = 0; i < bench.kInputs; ++i) {
      bench.input[i] = static_cast<int8_t>(value);
    }
    bench.Compare(0);
  }
}

// The inputs that drive each accumulator to its ends.
template <typename Layer>
void ExtremesAreEqual() {
  Bench<Layer> bench;
  for (Count k = 0; k < bench.kOutputs; ++k) {
    for (int8_t sign = -1; sign <= 1; sign = static_cast<int8_t>(sign + 2)) {
      for (Count i = 0; i < bench.kInputs; ++i) {
        bench.input[i] = Layer::Weight(k, i) * sign > 0 ? 127 : -128;
      }
      bench.Compare(0);
    }
  }
}

template <typename Layer>
void LayerIsEqual() {
  NoiseIsEqual<Layer>();
  ConstantsAreEqual<Layer>();
  ExtremesAreEqual<Layer>();
}

// Inputs of a ruler whose accumulator is `sum`.
template <Count kInputs>
void Reach(int32_t sum, int8_t* input) {
  int16_t steps = static_cast<int16_t>((sum + (sum < 0 ? -63 : 63)) / 127);
  input[kInputs - 1] = static_cast<int8_t>(sum - INT32_C(127) * steps);
  for (Count i = 0; i + 1 < kInputs; ++i) {
    input[i] = static_cast<int8_t>(steps < -128 ? -128 : steps > 127 ? 127 : steps);
    steps = static_cast<int16_t>(steps - input[i]);
  }
}

template <typename Layer>
void EveryAccumulatorIsEqual() {
  Bench<Layer> bench;
  constexpr int32_t kReach = INT32_C(127) * 127 * (Layer::Shape::kInputs - 1);
  constexpr int32_t kStep = sizeof(int) == 2 ? 17 : 1;  // simavr would take minutes
  for (int32_t sum = -kReach; sum <= kReach; sum += kStep) {
    Reach<Layer::Shape::kInputs>(sum, bench.input);
    bench.Compare(0);
  }
}

void EndsOfTheDefaultShapes() {
  LayerIsEqual<First>();
  LayerIsEqual<Second>();
  LayerIsEqual<Third>();
}

void OneScalePerOutput() {
  LayerIsEqual<PerChannel>();
  LayerIsEqual<PerChannelLinear>();
}

void ShapesThatFillNoWord() {
  LayerIsEqual<Single>();
  LayerIsEqual<Uneven>();
  LayerIsEqual<Wide>();
}

void ClampsOfFusedActivations() {
  LayerIsEqual<AboveZero>();
  LayerIsEqual<Six>();
}

void LimitsOfTheFastKernels() {
  LayerIsEqual<Heavy>();
  LayerIsEqual<Full>();
  LayerIsEqual<Half>();
  LayerIsEqual<Left>();
  LayerIsEqual<Vanishing>();
}

#if !defined(__AVR__)
void LayersOfAnySize() {
  LayerIsEqual<Coarse>();
  LayerIsEqual<Chunked>();
  LayerIsEqual<TwoChunks>();
  LayerIsEqual<Thousands>();
  LayerIsEqual<LeftAndRight>();
}
#endif

void EveryAccumulatorBelowRelu() {
  EveryAccumulatorIsEqual<RulerRelu>();
  EveryAccumulatorIsEqual<RulerChannelsRelu>();
  EveryAccumulatorIsEqual<NearPositive>();
}

void EveryAccumulatorOfEitherSign() {
  EveryAccumulatorIsEqual<RulerLinear>();
  EveryAccumulatorIsEqual<RulerChannels>();
  EveryAccumulatorIsEqual<RulerCoarse>();
  EveryAccumulatorIsEqual<NearNegative>();
}

#if !defined(__AVR__)
template <typename Layer>
void ImageIsEqual() {
  static int8_t input[Layer::kInput], expected[Layer::kOutput], output[Layer::kOutput + 2];
  Random random = {99};
  for (uint16_t n = 0; n < 60; ++n) {
    for (int8_t& value : input) {
      value = static_cast<int8_t>(n == 0 ? -128 : n == 1 ? 127 : random.Next());
    }
    output[0] = output[Layer::kOutput + 1] = kCanary;
    Layer::Reference(input, expected);
    Layer::Target(input, output + 1);
    TEST_ASSERT_EQUAL_INT8_ARRAY(expected, output + 1, Layer::kOutput);
    TEST_ASSERT_EQUAL_INT8(kCanary, output[0]);
    TEST_ASSERT_EQUAL_INT8(kCanary, output[Layer::kOutput + 1]);
  }
}

void Convolutions() {
  ImageIsEqual<ConvGrey>();
  ImageIsEqual<ConvThree>();
  ImageIsEqual<ConvPoint>();
  ImageIsEqual<ConvPointStride>();
  ImageIsEqual<ConvDilated>();
  ImageIsEqual<ConvLine>();
  ImageIsEqual<ConvDeep>();
}

void DepthwiseConvolutions() {
  ImageIsEqual<DepthEight>();
  ImageIsEqual<DepthStride>();
  ImageIsEqual<DepthValid>();
  ImageIsEqual<DepthDilated>();
  ImageIsEqual<DepthThree>();
  ImageIsEqual<DepthTwice>();
  ImageIsEqual<DepthLeft>();
}

void Pools() {
  ImageIsEqual<MaxEight>();
  ImageIsEqual<MaxThree>();
  ImageIsEqual<AverageEight>();
  ImageIsEqual<AverageDeep>();
}

template <typename Layer>
void AdditionIsEqual() {
  constexpr Count kCount = Layer::Get().count;
  int8_t first[kCount], second[kCount], expected[kCount], result[kCount];
  for (int16_t a = -128; a < 128; ++a) {
    for (int16_t b = -128; b < 128; b = static_cast<int16_t>(b + kCount)) {
      for (Count i = 0; i < kCount; ++i) {
        first[i] = static_cast<int8_t>(a);
        second[i] = static_cast<int8_t>(b + static_cast<int16_t>(i));
      }
      AddPortable<Layer>::Run({}, first, second, expected);
      AddKernel<Layer>::Run({}, first, second, result);
      TEST_ASSERT_EQUAL_INT8_ARRAY(expected, result, kCount);
    }
  }
}

void EveryAddition() {
  AdditionIsEqual<AddOne>();
  AdditionIsEqual<AddTwo>();
}
#endif

struct Pair {
  static constexpr SoftmaxPairLayer<7> Get() { return {-3, {-128, -100, -50, 0, 50, 100, 127}}; }
};
constexpr SoftmaxPairKernel<Pair>::Packed kTargetPair THRUM_FLASH = SoftmaxPairKernel<Pair>::Pack();
constexpr SoftmaxPairPortable<Pair>::Packed kPortablePair THRUM_FLASH =
    SoftmaxPairPortable<Pair>::Pack();

void SoftmaxOfEveryPair() {
  for (int16_t a = -128; a < 128; ++a) {
    for (int16_t b = -128; b < 128; ++b) {
      const int8_t input[2] = {static_cast<int8_t>(a), static_cast<int8_t>(b)};
      int8_t expected[2], result[2];
      SoftmaxPairPortable<Pair>::Run(kPortablePair, input, expected);
      SoftmaxPairKernel<Pair>::Run(kTargetPair, input, result);
      TEST_ASSERT_EQUAL_INT8_ARRAY(expected, result, 2);
    }
  }
}

}  // namespace

void RunTests() {
  RUN_TEST(EndsOfTheDefaultShapes);
  RUN_TEST(OneScalePerOutput);
  RUN_TEST(ShapesThatFillNoWord);
  RUN_TEST(ClampsOfFusedActivations);
  RUN_TEST(LimitsOfTheFastKernels);
#if !defined(__AVR__)
  RUN_TEST(LayersOfAnySize);
  RUN_TEST(Convolutions);
  RUN_TEST(DepthwiseConvolutions);
  RUN_TEST(Pools);
  RUN_TEST(EveryAddition);
#endif
  RUN_TEST(EveryAccumulatorBelowRelu);
  RUN_TEST(EveryAccumulatorOfEitherSign);
  RUN_TEST(SoftmaxOfEveryPair);
}
