// The target's feature kernels against the portable ones, on the target: equal on every integer.

#include <string.h>

#include "../unity_main.h"
#include "model_params.h"
#include "thrum/fixed_point.h"
#include "thrum/window_kernels.h"

using namespace thrum;

namespace {

#if defined(__AVR__)
constexpr uint8_t kTurns = 12;
#else
constexpr uint8_t kTurns = 250;
#endif

constexpr uint16_t kLength = model::kWindow;
constexpr uint16_t kPoints = kLength / 2;
constexpr int16_t kGuard = 0x5A5A;

uint32_t state = 1;

uint16_t Random() {
  state = state * UINT32_C(1664525) + UINT32_C(1013904223);
  return static_cast<uint16_t>(state >> 16);
}

int16_t buffer[kLength + 2];
int16_t* const target = buffer + 1;  // not a multiple of 4 bytes
int16_t reference[kLength];

// Uniform in -limit - 1 to limit, limit 2^n - 1; in some turns only the ends.
void Fill(uint16_t limit, uint8_t turn) {
  for (uint16_t i = 0; i < kLength; ++i) {
    const int16_t noise = static_cast<int16_t>((Random() & (2 * limit + 1u)) - limit - 1);
    const int16_t end = static_cast<int16_t>(noise < 0 ? -limit - 1 : limit);
    reference[i] = turn % 4 == 3 ? end : noise;
  }
  memcpy(target, reference, sizeof(reference));
  buffer[0] = buffer[kLength + 1] = kGuard;
}

void ExpectEqual() {
  TEST_ASSERT_EQUAL_INT16_ARRAY(reference, target, kLength);
  TEST_ASSERT_EQUAL_INT16(kGuard, buffer[0]);
  TEST_ASSERT_EQUAL_INT16(kGuard, buffer[kLength + 1]);
}

int16_t MeanOf(int32_t sum) { return static_cast<int16_t>((sum + kLength / 2) / kLength); }

void ExpectCentred() {
  const int32_t sum = portable::Sum(reference, kLength);
  TEST_ASSERT_EQUAL_INT32(sum, kernel::Sum(target, kLength));
  uint16_t clipped = 3, clipped_too = 3;
  const uint16_t peak = portable::Centre(reference, kLength, MeanOf(sum), &clipped);
  TEST_ASSERT_EQUAL_UINT16(peak, kernel::Centre(target, kLength, MeanOf(sum), &clipped_too));
  TEST_ASSERT_EQUAL_UINT16(clipped, clipped_too);
  ExpectEqual();
}

void CentresNoiseOfEverySize() {
  for (uint8_t turn = 0; turn < kTurns; ++turn) {
    Fill(static_cast<uint16_t>((1u << (turn % 16)) - 1), static_cast<uint8_t>(turn / 16));
    ExpectCentred();
  }
}

void CentresOneOutlier() {
  const int16_t ends[] = {-32768, -32767, -32766, 0, 32766, 32767};
  for (const int16_t level : ends) {
    for (const int16_t outlier : ends) {
      for (uint16_t i = 0; i < kLength; ++i) {
        reference[i] = level;
      }
      reference[Random() % kLength] = outlier;
      memcpy(target, reference, sizeof(reference));
      ExpectCentred();
    }
  }
}

void NormalizesEveryShift() {
  for (uint8_t turn = 0; turn < kTurns; ++turn) {
    const uint8_t shift = turn % 16;
    Fill(static_cast<uint16_t>((1u << (15 - shift)) - 1), static_cast<uint8_t>(turn / 16));
    uint8_t excess, excess_too;
    const uint32_t sum =
        portable::NormalizeAndWindow(reference, kLength, shift, model::kSine, &excess);
    TEST_ASSERT_EQUAL_UINT32(
        sum, kernel::NormalizeAndWindow(target, kLength, shift, model::kSine, &excess_too));
    TEST_ASSERT_EQUAL_UINT8(excess, excess_too);
    ExpectEqual();
  }
}

void ReversesBitsOfEveryLength() {
  for (uint16_t points = 4; points <= kPoints; points = static_cast<uint16_t>(points * 2)) {
    Fill(0x7FFF, 0);
    portable::ReverseBits(reference, points);
    kernel::ReverseBits(target, points);
    ExpectEqual();
  }
}

// A block whose excess is `shift`.
void FillFor(uint8_t shift, uint8_t turn) {
  Fill(static_cast<uint16_t>((1u << (13 + shift)) - 1), turn);
}

void EveryStageAtEveryShift() {
  for (uint8_t turn = 0; turn < kTurns; ++turn) {
    for (uint16_t half = 1; half < kPoints; half = static_cast<uint16_t>(half * 2)) {
      const uint8_t shift = turn % 3;
      FillFor(shift, static_cast<uint8_t>(turn / 3));
      const uint8_t excess = portable::Stage(reference, kPoints, half, model::kSine, shift);
      TEST_ASSERT_EQUAL_UINT8(excess, kernel::Stage(target, kPoints, half, model::kSine, shift));
      ExpectEqual();
    }
  }
}

void StageTellsHowLargeItsResultIs() {
  for (uint8_t bits = 0; bits < 14; ++bits) {
    memset(reference, 0, sizeof(reference));
    reference[Random() % kLength] = static_cast<int16_t>(bits % 2 == 0 ? 1 << bits : -(1 << bits));
    memcpy(target, reference, sizeof(reference));
    const uint8_t excess = portable::Stage(reference, kPoints, 4, model::kSine, 0);
    TEST_ASSERT_EQUAL_UINT8(excess, kernel::Stage(target, kPoints, 4, model::kSine, 0));
  }
}

void SplitsEveryShift() {
  for (uint8_t turn = 0; turn < kTurns; ++turn) {
    const uint8_t shift = turn % 3;
    FillFor(shift, static_cast<uint8_t>(turn / 3));
    portable::SplitPowers(reference, kPoints, model::kSine, shift);
    kernel::SplitPowers(target, kPoints, model::kSine, shift);
    ExpectEqual();
  }
}

}  // namespace

void RunTests() {
  RUN_TEST(CentresNoiseOfEverySize);
  RUN_TEST(CentresOneOutlier);
  RUN_TEST(NormalizesEveryShift);
  RUN_TEST(ReversesBitsOfEveryLength);
  RUN_TEST(EveryStageAtEveryShift);
  RUN_TEST(StageTellsHowLargeItsResultIs);
  RUN_TEST(SplitsEveryShift);
}
