// Learning what is healthy, and the deviation from it.

#include "../unity_main.h"
#include "thrum/detection/baseline.h"

using namespace thrum;

namespace {

const BaselineConfig kConfig = {64, 64, 4, kOfAverages, 0, 0, 64};

void Learn(Baseline* baseline, const uint16_t (*rows)[4], int count) {
  for (int i = 0; i < 64; ++i) {
    baseline->Learn(rows[i % count]);
  }
}

void CountsWhatItLearned() {
  const uint16_t row[1][4] = {{100, 200, 300, 400}};
  Baseline baseline(kConfig);
  TEST_ASSERT_FALSE(baseline.ready());
  baseline.Learn(row[0]);
  TEST_ASSERT_EQUAL_UINT16(1, baseline.learned());
  Learn(&baseline, row, 1);
  TEST_ASSERT_TRUE(baseline.ready());
  TEST_ASSERT_EQUAL_UINT16(64, baseline.learned());
}

void AConstantBandGetsTheSmallestSpread() {
  const uint16_t row[1][4] = {{0, 1000, 8000, 16383}};
  Baseline baseline(kConfig);
  Learn(&baseline, row, 1);
  uint8_t z[4];
  baseline.Deviation(row[0], z);
  for (uint8_t value : z) {
    TEST_ASSERT_EQUAL_UINT8(0, value);
  }
  const uint16_t moved[4] = {64, 1000 - 32, 8000 + 128, 0};
  baseline.Deviation(moved, z);
  TEST_ASSERT_EQUAL_UINT8(32, z[0]);  // one min_spread is one sigma
  TEST_ASSERT_EQUAL_UINT8(16, z[1]);
  TEST_ASSERT_EQUAL_UINT8(64, z[2]);
  TEST_ASSERT_EQUAL_UINT8(255, z[3]);
}

void AnOutlierDoesNotMoveTheBaseline() {
  const uint16_t quiet[1][4] = {{5000, 5000, 5000, 5000}};
  const uint16_t knock[4] = {12000, 12000, 12000, 12000};
  Baseline baseline(kConfig);
  for (int i = 0; i < 63; ++i) {
    baseline.Learn(quiet[0]);
  }
  baseline.Learn(knock);
  uint8_t z[4];
  baseline.Deviation(quiet[0], z);
  TEST_ASSERT_TRUE(z[0] <= 4);
}

void LearnsMeanAndSpread() {
  // +-256 around 4000 every other window: mean 4000, deviation 256, spread 208
  const uint16_t rows[2][4] = {{4256, 4256, 4256, 4256}, {3744, 3744, 3744, 3744}};
  Baseline baseline(kConfig);
  Learn(&baseline, rows, 2);
  uint8_t z[4];
  const uint16_t moved[4] = {4000, 4000 + 208, 4000 - 208, 4000 + 624};
  baseline.Deviation(moved, z);
  TEST_ASSERT_UINT8_WITHIN(1, 0, z[0]);
  TEST_ASSERT_UINT8_WITHIN(2, 32, z[1]);
  TEST_ASSERT_UINT8_WITHIN(2, 32, z[2]);
  TEST_ASSERT_UINT8_WITHIN(5, 96, z[3]);
}

void SinglesHaveASmallerSpread() {
  const uint16_t rows[2][4] = {{4256, 4256, 4256, 4256}, {3744, 3744, 3744, 3744}};
  const BaselineConfig config = {64, 64, 4, kOfWindows, 0, 0, 64};
  Baseline baseline(config);
  Learn(&baseline, rows, 2);
  uint8_t z[4];
  const uint16_t moved[4] = {4000, 4000 + 130, 4000 - 130, 4000 + 390};
  baseline.Deviation(moved, z);
  TEST_ASSERT_UINT8_WITHIN(1, 0, z[0]);
  TEST_ASSERT_UINT8_WITHIN(2, 32, z[1]);
  TEST_ASSERT_UINT8_WITHIN(2, 32, z[2]);
  TEST_ASSERT_UINT8_WITHIN(5, 96, z[3]);
}

// Of spread 64: what has moved most gets a wider one, again and again.
void ATrialEasesWhatHasMovedMost() {
  const uint16_t row[1][4] = {{4000, 4000, 4000, 4000}};
  const BaselineConfig config = {64, 64, 4, kOfAverages, 2, 0, 64};
  Baseline baseline(config);
  Learn(&baseline, row, 1);
  TEST_ASSERT_TRUE(baseline.ready());
  TEST_ASSERT_FALSE(baseline.tried());
  const uint16_t moved[4] = {4000 + 6 * 64, 4000 - 5 * 64, 4000 + 4 * 64, 4000 + 64};
  uint8_t z[4];
  baseline.Deviation(moved, z);
  baseline.Ease(z, z[0]);
  baseline.Deviation(moved, z);
  TEST_ASSERT_EQUAL_UINT8(180, z[0]);  // 192 * 15 / 16
  TEST_ASSERT_EQUAL_UINT8(150, z[1]);
  TEST_ASSERT_EQUAL_UINT8(128, z[2]);
  TEST_ASSERT_EQUAL_UINT8(32, z[3]);
  TEST_ASSERT_EQUAL_UINT8(1, baseline.Eased());
  for (int k = 0; k < 20; ++k) {
    baseline.Ease(z, z[0]);
    baseline.Deviation(moved, z);
  }
  TEST_ASSERT_EQUAL_UINT8(kMostEased, baseline.Eased());
  TEST_ASSERT_UINT8_WITHIN(2, 192 / 2, z[0]);
  baseline.Learn(row[0]);
  TEST_ASSERT_EQUAL_UINT16(1, baseline.on_trial());
  baseline.Learn(row[0]);
  TEST_ASSERT_TRUE(baseline.tried());
  TEST_ASSERT_EQUAL_UINT16(64, baseline.learned());
}

// What grows by less than a step allows is eased, but not for ever: z comes to any threshold.
void AGrowingChangeIsNotLearnedAway() {
  const uint16_t row[1][4] = {{4000, 4000, 4000, 4000}};
  const BaselineConfig config = {64, 64, 4, kOfAverages, 2, 0, 64};
  Baseline baseline(config);
  Learn(&baseline, row, 1);
  uint8_t z[4] = {};
  uint16_t grown = 0;
  while (z[0] < 7 * 32 && grown < 5000) {
    ++grown;
    const uint16_t moved[4] = {static_cast<uint16_t>(4000 + grown),
                               static_cast<uint16_t>(4000 - grown), 4000, 4000};
    baseline.Deviation(moved, z);
    if (z[0] > 64) {
      baseline.Ease(z, z[0]);
    }
  }
  TEST_ASSERT_UINT16_WITHIN(40, 2 * 7 * 64, grown);
  TEST_ASSERT_EQUAL_UINT8(z[0], z[1]);
  TEST_ASSERT_EQUAL_UINT8(0, z[2]);
}

// After its windows it is judged, no spread counts as less than a quarter octave, and averages move it.
void GrowsFromAverages() {
  const uint16_t row[1][4] = {{4000, 4000, 4000, 4000}};
  const BaselineConfig config = {64, 64, 4, kOfWindows, 8, 240, 18};
  Baseline baseline(config);
  Learn(&baseline, row, 1);
  TEST_ASSERT_TRUE(baseline.growing());
  TEST_ASSERT_EQUAL_UINT16(240, baseline.left());
  const uint16_t moved[4] = {4000 + 128, 4000 - 128, 4000, 4000};
  uint8_t stored = 0;
  for (int k = 0; k < 240; ++k) {
    stored = static_cast<uint8_t>(stored + baseline.Learn(k % 2 == 0 ? moved : row[0]));
  }
  TEST_ASSERT_EQUAL_UINT8(60, stored);
  TEST_ASSERT_TRUE(baseline.grown());
  TEST_ASSERT_FALSE(baseline.tried());
  TEST_ASSERT_EQUAL_UINT16(0, baseline.on_trial());
  TEST_ASSERT_UINT16_WITHIN(6, 4000 + 60, baseline.data().mean[0]);
  TEST_ASSERT_UINT16_WITHIN(6, 4000 - 60, baseline.data().mean[1]);
  TEST_ASSERT_EQUAL_UINT16(4000, baseline.data().mean[2]);
  TEST_ASSERT_EQUAL_UINT16((UINT32_C(1) << 20) / 18, baseline.data().spread[2]);
  (void)baseline.Learn(row[0]);
  TEST_ASSERT_EQUAL_UINT16(1, baseline.on_trial());
}

void AProvisionalSpreadIsAQuarterOctaveAtLeast() {
  const uint16_t row[1][4] = {{4000, 4000, 4000, 4000}};
  const BaselineConfig config = {64, 26, 4, kOfWindows, 0, 1, 26};
  Baseline baseline(config);
  Learn(&baseline, row, 1);
  const uint16_t moved[4] = {4000 + 64, 4000 + 128, 4000 - 64, 4000};
  const uint8_t provisional[4] = {32, 64, 32, 0};
  uint8_t z[4];
  baseline.Deviation(moved, z);
  TEST_ASSERT_EQUAL_UINT8_ARRAY(provisional, z, 4);
  (void)baseline.Learn(row[0]);
  TEST_ASSERT_FALSE(baseline.growing());
  const uint8_t last[4] = {79, 158, 79, 0};
  baseline.Deviation(moved, z);
  TEST_ASSERT_EQUAL_UINT8_ARRAY(last, z, 4);
}

void RanksTheLargestFirst() {
  const uint8_t z[6] = {7, 255, 0, 128, 7, 9};
  const int8_t expected[6] = {127, 0, 9 - 128, 7 - 128, 7 - 128, -128};
  int8_t features[6];
  Rank(z, 6, features);
  TEST_ASSERT_EQUAL_INT8_ARRAY(expected, features, 6);
}

void ResetForgets() {
  const uint16_t low[1][4] = {{1000, 1000, 1000, 1000}};
  const uint16_t high[1][4] = {{9000, 9000, 9000, 9000}};
  Baseline baseline(kConfig);
  Learn(&baseline, low, 1);
  baseline.Reset();
  TEST_ASSERT_FALSE(baseline.ready());
  Learn(&baseline, high, 1);
  uint8_t z[4];
  baseline.Deviation(high[0], z);
  TEST_ASSERT_EQUAL_UINT8(0, z[0]);
}

}  // namespace

void setUp() {}
void tearDown() {}

void RunTests() {
  RUN_TEST(CountsWhatItLearned);
  RUN_TEST(AConstantBandGetsTheSmallestSpread);
  RUN_TEST(AnOutlierDoesNotMoveTheBaseline);
  RUN_TEST(LearnsMeanAndSpread);
  RUN_TEST(SinglesHaveASmallerSpread);
  RUN_TEST(ATrialEasesWhatHasMovedMost);
  RUN_TEST(AGrowingChangeIsNotLearnedAway);
  RUN_TEST(GrowsFromAverages);
  RUN_TEST(AProvisionalSpreadIsAQuarterOctaveAtLeast);
  RUN_TEST(RanksTheLargestFirst);
  RUN_TEST(ResetForgets);
}
