// The loops of the FFT of this target against the portable ones: blocks at the edges of the arithmetic
// and random ones, every length that fits an ATmega328P.

#include <string.h>

#include "../unity_main.h"
#include "thrum/core/progmem.h"
#include "thrum/dsp/loops.h"
#include "thrum/dsp/velocity.h"

using namespace thrum;

namespace {

constexpr uint16_t kMost = 512;  // samples
constexpr uint8_t kRounds = 4;

// Any table serves that is exact at 0, 90 and 180 degrees: 16 x (1 - x) / (5 - 4 x (1 - x)) is the
// sine of 180 degrees * x to 0.2 %.
constexpr int16_t Sine(int32_t index, int32_t half_turn) {
  const int32_t sign = index > half_turn ? -1 : 1;
  const int32_t at = index > half_turn ? index - half_turn : index;
  const int64_t product = static_cast<int64_t>(at) * (half_turn - at);
  const int64_t whole = static_cast<int64_t>(half_turn) * half_turn;
  return static_cast<int16_t>(sign * (4 * product * 32767 / (5 * whole - 4 * product) * 4));
}

template <uint16_t kLength>
struct Table {
  int16_t entries[3 * kLength / 4 + 1];
};

template <uint16_t kLength>
constexpr Table<kLength> MakeTable() {
  Table<kLength> table = {};
  for (uint16_t i = 0; i <= 3 * kLength / 4; ++i) {
    const int16_t rough = Sine(i, kLength / 2);
    const uint16_t quarter = kLength / 4;
    table.entries[i] = i == quarter ? 32767 : i == 3 * quarter ? -32767 : rough;
  }
  return table;
}

constexpr Table<64> kSine64 THRUM_FLASH = MakeTable<64>();
constexpr Table<128> kSine128 THRUM_FLASH = MakeTable<128>();
constexpr Table<256> kSine256 THRUM_FLASH = MakeTable<256>();
constexpr Table<512> kSine512 THRUM_FLASH = MakeTable<512>();

struct Size {
  uint16_t length;
  const int16_t* sine;
};
const Size kSizes[] = {{64, kSine64.entries},
                       {128, kSine128.entries},
                       {256, kSine256.entries},
                       {512, kSine512.entries}};

int16_t block[kMost];
uint32_t state;

uint16_t Random() {
  state = state * UINT32_C(1664525) + UINT32_C(1013904223);
  return static_cast<uint16_t>(state >> 16);
}

enum class Kind : uint8_t { kNoise, kExtremes, kSparse };
const Kind kKinds[] = {Kind::kNoise, Kind::kExtremes, Kind::kSparse};

// One value of `bits` bits beside the sign, -32768 included.
int16_t Value(Kind kind, uint8_t bits) {
  const int16_t high = static_cast<int16_t>((UINT32_C(1) << bits) - 1);
  const int16_t noise = static_cast<int16_t>(static_cast<int16_t>(Random()) >> (15 - bits));
  const int16_t extreme = Random() & 256 ? high : static_cast<int16_t>(-high - 1);
  if (kind == Kind::kNoise) {
    return noise;
  }
  return kind == Kind::kExtremes || Random() % 16 == 0 ? extreme : static_cast<int16_t>(0);
}

void Fill(uint32_t seed, Kind kind, uint8_t bits, uint16_t length) {
  state = seed;
  for (uint16_t i = 0; i < length; ++i) {
    block[i] = Value(kind, bits);
  }
}

// Of the block and of what a kernel returned.
uint32_t Digest(uint32_t result, uint16_t length) {
  uint32_t digest = result * UINT32_C(2654435761);
  for (uint16_t i = 0; i < length; ++i) {
    digest = (digest ^ static_cast<uint16_t>(block[i])) * UINT32_C(16777619);
    digest ^= digest >> 15;
  }
  return digest;
}

// Runs `portable` and `target`, which take a Size and return a number, on the same blocks.
template <typename Portable, typename Kernel>
void Compare(uint8_t least_bits, uint8_t most_bits, Portable portable, Kernel target) {
  for (const Size& size : kSizes) {
    for (uint8_t i = 0; i < kRounds * 3; ++i) {
      const Kind kind = kKinds[i % 3];
      const uint32_t seed = UINT32_C(7919) * i + size.length;
      const uint8_t bits = static_cast<uint8_t>(least_bits + i * 5 % (most_bits - least_bits + 1));
      Fill(seed, kind, bits, size.length);
      const uint32_t expected = Digest(portable(size, seed), size.length);
      Fill(seed, kind, bits, size.length);
      TEST_ASSERT_EQUAL_HEX32(expected, Digest(target(size, seed), size.length));
    }
  }
}

void SumIsTheSame() {
  Compare(
      0, 15,
      [](const Size& size, uint32_t) {
        return static_cast<uint32_t>(portable::Sum(block, size.length));
      },
      [](const Size& size, uint32_t) {
        return static_cast<uint32_t>(kernel::Sum(block, size.length));
      });
}

template <typename Function>
uint32_t RunCentre(Function centre, const Size& size, int16_t mean) {
  uint16_t clipped = 3;
  const uint16_t peak = centre(block, size.length, mean, &clipped);
  return static_cast<uint32_t>(peak) << 16 | clipped;
}

void CentreIsTheSame() {
  static const int16_t kMeans[] = {0, 1, -1, 32767, -32768, 12345, -20000};
  for (const int16_t mean : kMeans) {
    Compare(
        0, 15,
        [mean](const Size& size, uint32_t) { return RunCentre(portable::Centre, size, mean); },
        [mean](const Size& size, uint32_t) { return RunCentre(kernel::Centre, size, mean); });
  }
}

// Centred samples are within +-32767, the shifted ones too.
template <typename Function>
uint32_t RunNormalize(Function normalize, const Size& size, uint8_t shift) {
  for (uint16_t i = 0; i < size.length; ++i) {
    const int16_t limit = static_cast<int16_t>(32767 >> shift);
    block[i] = block[i] > limit    ? limit
               : block[i] < -limit ? static_cast<int16_t>(-limit)
                                   : block[i];
  }
  uint8_t excess = 9;
  const uint32_t sum = normalize(block, size.length, shift, size.sine, &excess);
  return sum * 4 + excess;
}

void NormalizeAndWindowIsTheSame() {
  for (uint8_t shift = 0; shift <= 14; ++shift) {
    Compare(
        static_cast<uint8_t>(14 - shift), static_cast<uint8_t>(15 - shift),
        [shift](const Size& size, uint32_t) {
          return RunNormalize(portable::NormalizeAndWindow, size, shift);
        },
        [shift](const Size& size, uint32_t) {
          return RunNormalize(kernel::NormalizeAndWindow, size, shift);
        });
  }
}

void ReverseBitsIsTheSame() {
  Compare(
      15, 15,
      [](const Size& size, uint32_t) {
        portable::ReverseBits(block, size.length / 2);
        return UINT32_C(0);
      },
      [](const Size& size, uint32_t) {
        kernel::ReverseBits(block, size.length / 2);
        return UINT32_C(0);
      });
}

// Every width of one length: each takes the result of the one before.
template <typename Function>
uint32_t RunStages(Function stage, const Size& size, uint8_t shift) {
  uint32_t all = 0;
  for (uint16_t half = 1; half < size.length / 2; half = static_cast<uint16_t>(half * 2)) {
    shift = stage(block, size.length / 2, half, size.sine, shift);
    all = all * 3 + shift;
  }
  return all;
}

void StageIsTheSame() {
  for (uint8_t shift = 0; shift <= 2; ++shift) {
    Compare(
        static_cast<uint8_t>(12 + shift), static_cast<uint8_t>(13 + shift),
        [shift](const Size& size, uint32_t) { return RunStages(portable::Stage, size, shift); },
        [shift](const Size& size, uint32_t) { return RunStages(kernel::Stage, size, shift); });
  }
}

// One width on its own, so that the late ones see every shift and extreme values.
void EveryWidthTakesExtremes() {
  for (uint8_t width = 0; width < 8; ++width) {
    for (uint8_t shift = 0; shift <= 2; ++shift) {
      const auto run = [width, shift](decltype(&portable::Stage) stage, const Size& size) {
        const uint16_t half = static_cast<uint16_t>(1u << width);
        const bool exists = half < size.length / 2;
        return exists ? stage(block, size.length / 2, half, size.sine, shift) : uint8_t{0};
      };
      Compare(
          static_cast<uint8_t>(13 + shift), static_cast<uint8_t>(13 + shift),
          [run](const Size& size, uint32_t) -> uint32_t { return run(portable::Stage, size); },
          [run](const Size& size, uint32_t) -> uint32_t { return run(kernel::Stage, size); });
    }
  }
}

void SplitPowersIsTheSame() {
  for (uint8_t shift = 0; shift <= 2; ++shift) {
    const auto run = [shift](decltype(&portable::SplitPowers) split, const Size& size) {
      split(block, size.length / 2, size.sine, shift);
      return UINT32_C(0);
    };
    Compare(
        static_cast<uint8_t>(12 + shift), static_cast<uint8_t>(13 + shift),
        [run](const Size& size, uint32_t) { return run(portable::SplitPowers, size); },
        [run](const Size& size, uint32_t) { return run(kernel::SplitPowers, size); });
  }
}

// Powers of at most 30 bits, and weights of every bit, in flash: the sines serve.
template <typename Weight, typename Portable, typename Kernel>
void CompareWeighing(uint8_t most_count, Portable portable_sum, Kernel target_sum) {
  const Weight* const weights = reinterpret_cast<const Weight*>(kSine512.entries);
  for (uint8_t i = 0; i < 24; ++i) {
    const uint8_t count = static_cast<uint8_t>(1 + i * 53 % most_count);
    Fill(i, kKinds[i % 3], 15, kMost);
    for (uint16_t k = 1; k < 2 * count; k = static_cast<uint16_t>(k + 2)) {
      block[k] = static_cast<int16_t>(block[k] & (0x3fff >> i % 14));
    }
    const Weight* const from = weights + i;
    TEST_ASSERT_EQUAL_HEX32(portable_sum(block, from, count), target_sum(block, from, count));
  }
}

void WeighingIsTheSame() {
  CompareWeighing<uint16_t>(8, portable::WeighNear, weigh::WeighNear);
  CompareWeighing<uint8_t>(static_cast<uint8_t>(kMost / 2 - 1), portable::WeighFar,
                           weigh::WeighFar);
}

}  // namespace

void RunTests() {
  RUN_TEST(SumIsTheSame);
  RUN_TEST(CentreIsTheSame);
  RUN_TEST(NormalizeAndWindowIsTheSame);
  RUN_TEST(ReverseBitsIsTheSame);
  RUN_TEST(StageIsTheSame);
  RUN_TEST(EveryWidthTakesExtremes);
  RUN_TEST(SplitPowersIsTheSame);
  RUN_TEST(WeighingIsTheSame);
}
