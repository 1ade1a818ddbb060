#include "thrum/nn/softmax.h"

#include "thrum/nn/requantize.h"

namespace thrum {
namespace {

// exp(value) for value in [-1/4, 0), Q0.31: Taylor series around -1/8.
int32_t ExpNearZero(int32_t value) {
  const int32_t x = value + (INT32_C(1) << 28);
  const int32_t x2 = DoublingHighMultiply(x, x);
  const int32_t x3 = DoublingHighMultiply(x2, x);
  const int32_t x4_over_4 = DivideByPowerOfTwo(DoublingHighMultiply(x2, x2), 2);
  const int32_t x4_over_24 = DoublingHighMultiply(x4_over_4 + x3, INT32_C(715827883));
  const int32_t tail = DivideByPowerOfTwo(x4_over_24 + x2, 1);
  return INT32_C(1895147668) + DoublingHighMultiply(INT32_C(1895147668), x + tail);
}

// exp(value) for value <= 0 in Q5.26, as Q0.31.
int32_t ExpOnNegative(int32_t value) {
  // exp(-1/4), exp(-1/2), exp(-1), exp(-2), exp(-4), exp(-8), exp(-16) in Q0.31
  static const int32_t kFactors[] THRUM_FLASH = {1672461947, 1302514674, 790015084, 290630308,
                                                 39332535,   720401,     242};
  if (value == 0) {
    return INT32_MAX;
  }
  const int32_t quarter = INT32_C(1) << 24;
  const int32_t mod = (value & (quarter - 1)) - quarter;
  int32_t result = ExpNearZero(mod * 32);
  const int32_t remainder = mod - value;
  for (uint8_t bit = 0; bit < 7; ++bit) {
    if ((remainder & (quarter << bit)) != 0) {
      result = DoublingHighMultiply(result, FlashRead(&kFactors[bit]));
    }
  }
  return result;
}

int32_t SaturatingShiftLeft(int32_t value, uint8_t exponent) {
  const int32_t limit = INT32_MAX >> exponent;
  if (value > limit) {
    return INT32_MAX;
  }
  if (value < -limit - 1) {
    return INT32_MIN;
  }
  return static_cast<int32_t>(static_cast<uint32_t>(value) << exponent);
}

// 1 / (1 + value) for value in [0, 1) as Q0.31: Newton-Raphson from 48/17 - 32/17 x, in Q2.29.
int32_t ReciprocalOfOnePlus(int32_t value) {
  const int32_t half =
      static_cast<int32_t>((static_cast<uint32_t>(value) + (UINT32_C(1) << 31)) >> 1);
  int32_t x = INT32_C(1515870810) + DoublingHighMultiply(half, -INT32_C(1010580540));
  for (uint8_t i = 0; i < 3; ++i) {
    const int32_t one_minus = (INT32_C(1) << 29) - DoublingHighMultiply(half, x);
    x += SaturatingShiftLeft(DoublingHighMultiply(x, one_minus), 2);
  }
  return SaturatingShiftLeft(x, 1);
}

int32_t ExpOfDifference(const SoftmaxRowLayer& layer, int32_t difference) {
  const int32_t shifted = static_cast<int32_t>(static_cast<uint32_t>(difference) << layer.shift);
  return ExpOnNegative(DoublingHighMultiply(shifted, layer.multiplier));
}

// The outputs fill their type: probability 0 is its lowest value.
template <typename Output>
void OneRow(const SoftmaxRowLayer& layer, const int8_t* input, Output* output) {
  constexpr int32_t kLowest = -(INT32_C(1) << (8 * sizeof(Output) - 1));
  int8_t most = input[0];
  for (Count i = 1; i < layer.classes; ++i) {
    most = input[i] > most ? input[i] : most;
  }
  uint32_t sum = 0;  // Q12.19
  for (Count i = 0; i < layer.classes; ++i) {
    const int32_t difference = static_cast<int32_t>(input[i]) - most;
    if (difference >= layer.diff_min) {
      sum += static_cast<uint32_t>(DivideByPowerOfTwo(ExpOfDifference(layer, difference), 12));
    }
  }
  uint8_t headroom = 0;
  while (((sum << headroom) & (UINT32_C(1) << 31)) == 0) {
    ++headroom;
  }
  const int32_t reciprocal =
      ReciprocalOfOnePlus(static_cast<int32_t>((sum << headroom) - (UINT32_C(1) << 31)));
  const uint8_t exponent = static_cast<uint8_t>(12 - headroom + 31 - 8 * sizeof(Output));
  for (Count i = 0; i < layer.classes; ++i) {
    const int32_t difference = static_cast<int32_t>(input[i]) - most;
    output[i] = static_cast<Output>(kLowest);
    if (difference >= layer.diff_min) {
      const int32_t product = DoublingHighMultiply(reciprocal, ExpOfDifference(layer, difference));
      const int32_t value = DivideByPowerOfTwo(product, exponent) + kLowest;
      output[i] = static_cast<Output>(value > -kLowest - 1 ? -kLowest - 1 : value);
    }
  }
}

}  // namespace

void SoftmaxRow(const SoftmaxRowLayer& layer, const int8_t* input, int8_t* output) {
  for (Count row = 0; row < layer.rows; ++row) {
    OneRow(layer, input + row * layer.classes, output + row * layer.classes);
  }
}

void SoftmaxWide(const SoftmaxRowLayer& layer, const int8_t* input, int16_t* output) {
  for (Count row = 0; row < layer.rows; ++row) {
    OneRow(layer, input + row * layer.classes, output + row * layer.classes);
  }
}

}  // namespace thrum
