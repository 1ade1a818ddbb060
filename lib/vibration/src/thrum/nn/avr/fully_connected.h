#pragma once

// FULLY_CONNECTED for 8-bit AVR with a hardware multiplier. The loops are in fully_connected.S; here
// the layer becomes a stream of bytes in the order in which they are read, at compile time. Chosen by
// kernels.h for every layer that Fits; the others run the portable kernel of ../fully_connected.h.
//
// Why it is fast: accumulators and multipliers have 24 bits, not 32 and 64. FitScale proves for each
// output of the layer that nothing is lost, by comparing both sides of every step of the reference,
// and test/python/support/avr_scale.cpp repeats that for random layers with every accumulator there is.

#include "thrum/nn/fully_connected.h"

namespace thrum {

// Requantization without 64 bits: with u = accumulator - base,
//   output = byte 4 of ((clamp(u, 0, limit) << shift) * multiplier + offset)
// The reference rounds negative values in another way than positive ones: outputs below the zero
// point have an offset of their own, for u < below.limit. The accumulators at which the reference
// steps to its next output decide whether this is exact: both sides are monotonic, so agreement on
// both sides of every step is agreement everywhere.
struct AvrSegment {
  uint64_t offset;  // bytes 4 to 2, the lower ones are 0
  uint32_t limit;   // 24 bits after the shift
};

struct AvrScale {
  bool fits;  // exact; otherwise nothing else here means anything
  uint8_t shift;
  uint32_t multiplier;  // 24 bits
  int32_t base;
  AvrSegment below, above;  // the zero point; below.limit is 0 where no output is below it
};

// What decides an output of a layer.
struct AvrOutputRule {
  int32_t multiplier;
  int8_t shift;
  int8_t output_zero, low, high;

  constexpr int16_t Output(int32_t accumulator) const {
    return ClampToInt8(Requantize(accumulator, multiplier, shift) + output_zero, low, high);
  }

  // The smallest accumulator whose output is at least `output`, which is above `low`.
  constexpr int32_t Threshold(int16_t output) const {
    const int64_t half_unit = INT64_C(1) << (30 - shift);
    const int64_t halves = 2 * (output - output_zero) - 1;
    int32_t at = static_cast<int32_t>(halves * half_unit / multiplier);
    while (Output(at) >= output) {
      --at;
    }
    while (Output(at) < output) {
      ++at;
    }
    return at;
  }
};

// Offsets with which the outputs first to last are exact: from least to most.
struct AvrInterval {
  int64_t least, most;
};

constexpr AvrInterval OffsetInterval(const AvrOutputRule& rule, int64_t slope, int32_t base,
                                     int16_t first, int16_t last) {
  const int64_t one = INT64_C(1) << 32;
  const int32_t start = first == rule.low ? 0 : rule.Threshold(first) - base;
  const int32_t end = rule.Threshold(last == rule.high ? last : static_cast<int16_t>(last + 1)) -
                      (last == rule.high ? base : base + 1);
  AvrInterval interval = {(first - rule.low) * one - start * slope,
                          (last + 1 - rule.low) * one - 1 - end * slope};
  for (int16_t output = static_cast<int16_t>(first + 1); output <= last; ++output) {
    const int64_t step = (output - rule.low) * one;
    const int64_t before = step - 1 - (rule.Threshold(output) - base - 1) * slope;
    interval.least = before + 1 - slope > interval.least ? before + 1 - slope : interval.least;
    interval.most = before < interval.most ? before : interval.most;
  }
  return interval;
}

// The kernel has no byte 1 of the offset, so a multiple of 2^16 must lie in both intervals;
// lowering the base moves them until it does.
constexpr AvrScale FitOffsets(const AvrOutputRule& rule, uint32_t multiplier, uint8_t shift) {
  const int16_t zero = rule.output_zero > rule.low ? rule.output_zero : rule.low;
  const bool two_sided = zero != rule.low;
  const int32_t base = rule.Threshold(static_cast<int16_t>(rule.low + 1)) - 1;
  const int32_t split = two_sided ? rule.Threshold(zero) - base : 0;
  const int32_t limit = rule.Threshold(rule.high) - base;
  const int64_t slope = static_cast<int64_t>(multiplier) * (1 << shift);
  const AvrInterval above = OffsetInterval(rule, slope, base, zero, rule.high);
  const AvrInterval below =
      two_sided ? OffsetInterval(rule, slope, base, rule.low, static_cast<int16_t>(zero - 1))
                : above;
  const uint64_t low_byte = static_cast<uint64_t>(static_cast<uint8_t>(rule.low)) << 32;
  for (int32_t lower = 0; below.most >= lower * slope; ++lower) {
    const int64_t least = below.least > lower * slope ? below.least - lower * slope : 0;
    const int64_t first = (least + 0xFFFF) & ~INT64_C(0xFFFF);
    const int64_t second = (above.least - lower * slope + 0xFFFF) & ~INT64_C(0xFFFF);
    if (first <= below.most - lower * slope && second <= above.most - lower * slope) {
      return {(static_cast<uint32_t>(limit + lower) << shift) < (UINT32_C(1) << 24),
              shift,
              multiplier,
              base - lower,
              {static_cast<uint64_t>(first) + low_byte,
               two_sided ? static_cast<uint32_t>(split + lower) : 0},
              {static_cast<uint64_t>(two_sided ? second : first) + low_byte,
               static_cast<uint32_t>(limit + lower)}};
    }
  }
  return {};
}

// Scales of 2^-1 to 2^-12 times a Q31 multiplier; `fits` says whether a 24-bit one is exact.
constexpr AvrScale FitScale(const AvrOutputRule& rule) {
  if (rule.shift > -1 || rule.shift < -12 || rule.low >= rule.high ||
      rule.output_zero >= rule.high) {
    return {};
  }
  const uint8_t right = static_cast<uint8_t>(-rule.shift);
  const uint8_t shift = static_cast<uint8_t>(right < 8 ? 8 - right : 0);
  const uint8_t drop = static_cast<uint8_t>(right - 1 + shift);
  const uint32_t nearest =
      (static_cast<uint32_t>(rule.multiplier) + (UINT32_C(1) << (drop - 1))) >> drop;
  for (uint8_t i = 0; i < 3; ++i) {  // the nearest, one less, one more
    const uint32_t multiplier = nearest + (i == 1 ? UINT32_MAX : i / 2u);
    if (multiplier < (UINT32_C(1) << 24)) {
      const AvrScale scale = FitOffsets(rule, multiplier, shift);
      if (scale.fits) {
        return scale;
      }
    }
  }
  return {};
}

// flash: AvrDense::Packed; input: 2 * input_pairs values, of which the last may be read and not used;
// output: `outputs` values. Both counts 1 to 255.
extern "C" void thrum_avr_dense(const uint8_t* flash, const int8_t* input, int8_t* output,
                                uint8_t input_pairs, uint8_t outputs, uint8_t kind);

// A monotone network's hidden layers: products of weights and of inputs counted from -128 have no
// sign, which saves a cycle of nine.
template <uint16_t kI, uint16_t kO, uint16_t kS>
constexpr bool NoneIsNegative(const DenseLayer<kI, kO, kS>& layer) {
  for (uint16_t k = 0; k < kO; ++k) {
    for (uint16_t i = 0; i < kI; ++i) {
      if (layer.weights[k][i] < 0) {
        return false;
      }
    }
  }
  return true;
}

template <typename Layer>
struct AvrDense {
  using Constants = decltype(Layer::Get());
  static constexpr uint16_t kBlocks = (Constants::kOutputs + 3) / 4;
  static constexpr uint16_t kPairs = (Constants::kInputs + 1) / 2;
  static constexpr bool kPerOutput = Constants::kScales != 1 ||
                                     Layer::Get().output_zero > Layer::Get().low;
  static constexpr bool kUnsigned = NoneIsNegative(Layer::Get());
  static constexpr uint16_t kBytes =
      kBlocks * (12 + 8 * kPairs) + (kPerOutput ? 16 * Constants::kOutputs : 10);

  // In the order of reading: [multiplier, shift, offset and limit above], then per block of four
  // outputs: four 24-bit biases, per input four weights, per output [multiplier, shift, offset and
  // limit below, offset and limit above]. Missing inputs and outputs of a block are zeros; of an odd
  // number of inputs the kernel reads one more.
  struct Packed {
    uint8_t bytes[kBytes];
  };

  // Whether the kernel is exact for this layer: counts of one byte, scales that FitScale accepts, and
  // accumulators, less their base, of 24 bits.
  static constexpr bool Fits() {
    constexpr Constants layer = Layer::Get();
    if (kPairs > 255 || Constants::kOutputs > 255) {
      return false;
    }
    AvrScale scale = Scale(layer, 0);
    for (uint16_t k = 0; k < Constants::kOutputs; ++k) {
      scale = Constants::kScales != 1 && k != 0 ? Scale(layer, k) : scale;
      const int64_t low = static_cast<int64_t>(AccumulatorLow(layer, k)) - scale.base;
      const int64_t high = static_cast<int64_t>(AccumulatorHigh(layer, k)) - scale.base;
      if (!scale.fits || low < -(INT64_C(1) << 23) || high >= (INT64_C(1) << 23)) {
        return false;
      }
    }
    return true;
  }

  static constexpr Packed Pack() {
    constexpr Constants layer = Layer::Get();
    Packed packed = {};
    AvrScale scale = Scale(layer, 0);
    uint16_t at = 0;
    if (!kPerOutput) {
      at = PutSegment(&packed, PutMultiplier(&packed, at, scale), scale.above);
    }
    for (uint16_t k = 0; k < Constants::kOutputs; ++k) {
      scale = Constants::kScales != 1 && k != 0 ? Scale(layer, k) : scale;
      const uint16_t block = static_cast<uint16_t>(at + k / 4 * kBlockBytes);
      PutWeights(&packed, block, layer, k, scale.base);
      if (kPerOutput) {
        uint16_t end = static_cast<uint16_t>(block + 12 + 8 * kPairs + k % 4 * 16);
        end = PutMultiplier(&packed, end, scale);
        end = PutSegment(&packed, end, scale.below);
        PutSegment(&packed, end, scale.above);
      }
    }
    return packed;
  }

  // input: kInputs values, one more may be read; output: kOutputs values, apart.
  static void Run(const Packed& flash, const int8_t* input, int8_t* output) {
    thrum_avr_dense(flash.bytes, input, output, static_cast<uint8_t>(kPairs),
                    static_cast<uint8_t>(Constants::kOutputs),
                    static_cast<uint8_t>((kPerOutput ? 1 : 0) | (kUnsigned ? 2 : 0)));
  }

 private:
  static constexpr uint16_t kBlockBytes = 12 + 8 * kPairs + (kPerOutput ? 4 * 16 : 0);

  static constexpr AvrScale Scale(const Constants& layer, uint16_t k) {
    return FitScale(
        {layer.multiplier[k], layer.shift[k], layer.output_zero, layer.low, layer.high});
  }

  static constexpr void PutWeights(Packed* packed, uint16_t block, const Constants& layer,
                                   uint16_t k, int32_t base) {
    int32_t bias = layer.bias[k] - base;
    for (uint16_t i = 0; kUnsigned && i < Constants::kInputs; ++i) {
      bias -= 128 * layer.weights[k][i];
    }
    Put(packed, static_cast<uint16_t>(block + k % 4 * 3), static_cast<uint32_t>(bias), 3);
    for (uint16_t i = 0; i < Constants::kInputs; ++i) {
      packed->bytes[block + 12 + 4 * i + k % 4] = static_cast<uint8_t>(layer.weights[k][i]);
    }
  }

  static constexpr uint16_t PutMultiplier(Packed* packed, uint16_t at, const AvrScale& scale) {
    return Put(packed, Put(packed, at, scale.multiplier, 3), scale.shift, 1);
  }

  static constexpr uint16_t PutSegment(Packed* packed, uint16_t at, const AvrSegment& segment) {
    return Put(packed, Put(packed, at, segment.offset >> 16, 3), segment.limit, 3);
  }

  // Little endian, `count` bytes; returns the place behind them.
  static constexpr uint16_t Put(Packed* packed, uint16_t at, uint64_t value, uint8_t count) {
    for (; count != 0; --count, value >>= 8) {
      packed->bytes[at++] = static_cast<uint8_t>(value);
    }
    return at;
  }
};

template <typename Layer>
struct DenseKernel<Layer, Avr>
    : Select<AvrDense<Layer>::Fits(), AvrDense<Layer>, DensePortable<Layer>> {};

}  // namespace thrum
