// The lines that people and plotters read.

#include <string.h>

#include "../unity_main.h"
#include "thrum/core/progmem.h"
#include "thrum/core/status.h"
#include "thrum/protocol/telemetry.h"

using namespace thrum;

namespace {

void NumbersAtTheirLimits() {
  Line line;
  line.Number(uint8_t{0})
      .Text(THRUM_TEXT(" "))
      .Number(uint16_t{10})
      .Text(THRUM_TEXT(" "))
      .Number(UINT32_MAX);
  TEST_ASSERT_EQUAL_STRING("0 10 4294967295", line.c_str());
}

void AFormTakesItsValuesInTurn() {
  Line line;
  line.Form(THRUM_TEXT("a:% b:%% c:% d:%/% end"));
  TEST_ASSERT_EQUAL_STRING("a:", line.c_str());
  line.Number(uint16_t{1}).Signed(-128).Signed(127).Text(THRUM_TEXT("x")).Fixed(128, 8);
  TEST_ASSERT_EQUAL_STRING("a:1 b:-128127 c:x d:0.50/", line.c_str());
  line.Word("y").Number(uint8_t{2});  // one more than the form has
  TEST_ASSERT_EQUAL_STRING("a:1 b:-128127 c:x d:0.50/y end2", line.c_str());
  line.Clear();
  line.Number(uint8_t{3});
  TEST_ASSERT_EQUAL_STRING("3", line.c_str());
}

void FixedPointIsRounded() {
  Line line;
  line.Fixed(0, 8).Word(" ").Fixed(255, 8).Word(" ").Fixed(256, 8).Word(" ").Fixed(1, 8);
  TEST_ASSERT_EQUAL_STRING("0.00 1.00 1.00 0.00", line.c_str());
  Line more;
  more.Fixed(128, 8).Word(" ").Fixed(2, 8).Word(" ").Fixed(255, 5).Word(" ").Fixed(16777215, 5);
  TEST_ASSERT_EQUAL_STRING("0.50 0.01 7.97 524287.97", more.c_str());
}

void AReportLine() {
  Line line;
  Append({238, 131, 412, 591, State::kAlarm}, &line);
  TEST_ASSERT_EQUAL_STRING("anomaly:0.93,z:4.09,rms_mg:412,mm_s:2.31,state:2", line.c_str());
}

void TheLongestReportFits() {
  Line line;
  Append({255, 65535, UINT32_MAX, 65535, State::kFault}, &line);
  TEST_ASSERT_EQUAL_STRING("anomaly:1.00,z:2047.97,rms_mg:4294967295,mm_s:256.00,state:3",
                           line.c_str());
}

void AnOverlongLineIsCut() {
  Line line;
  for (int i = 0; i < 100; ++i) {
    line.Word("0123456789");
  }
  TEST_ASSERT_EQUAL_UINT16(Line::kSize - 1, strlen(line.c_str()));
  TEST_ASSERT_EQUAL_STRING_LEN("0123456789", line.c_str(), 10);
}

void RootMeanSquareOfDeviations() {
  uint8_t z[32];
  memset(z, 255, sizeof(z));
  TEST_ASSERT_EQUAL_UINT16(255, RmsDeviation(z, 32));
  memset(z, 0, sizeof(z));
  TEST_ASSERT_EQUAL_UINT16(0, RmsDeviation(z, 32));
  z[5] = 32;
  TEST_ASSERT_EQUAL_UINT16(5, RmsDeviation(z, 32));  // sqrt(1024 / 32) = 5.66
}

// A spread of half an octave: the distance in Q8, divided by 128, is the sigma.
constexpr uint16_t kHalfOctave = 8192;

void NamesTheBandsThatMovedMost() {
  uint16_t now[32];
  uint16_t mean[32];
  uint16_t scale[32];
  for (uint8_t b = 0; b < 32; ++b) {
    now[b] = mean[b] = 800;
    scale[b] = kHalfOctave;
  }
  now[3] = 800 - 256;
  now[16] = 800 + 808;
  now[31] = 800 + 250;
  scale[31] = 4 * kHalfOctave;
  Line line;
  AppendLoudestBands({now, mean, scale, 32}, 3200, &line);
  TEST_ASSERT_EQUAL_STRING(
      " 1550-1600 Hz +7.81 sigma, 800-850 Hz +6.31 sigma, 150-200 Hz -2.00 sigma", line.c_str());
}

// The network's input ends at 7.97 sigma. A gross fault moves most bands farther than that, and not
// the lowest ones most.
void NamesTheBandsOfAGrossFault() {
  uint16_t now[32];
  uint16_t mean[32];
  uint16_t scale[32];
  for (uint8_t b = 0; b < 32; ++b) {
    mean[b] = 5000;
    now[b] = static_cast<uint16_t>(5000 + 1280 + 10 * b);
    scale[b] = kHalfOctave;
  }
  now[20] = 5000 - 3000;
  now[9] = 5000 + 2560;
  Line line;
  AppendLoudestBands({now, mean, scale, 32}, 3200, &line);
  TEST_ASSERT_EQUAL_STRING(
      " 1000-1050 Hz -23.44 sigma, 450-500 Hz +20.00 sigma, 1550-1600 Hz +12.44 sigma",
      line.c_str());
}

void OfBandsThatMovedAlikeTheLowestAreNamed() {
  const uint16_t now[32] = {};
  const uint16_t mean[32] = {};
  uint16_t scale[32];
  memset(scale, 1, sizeof(scale));
  Line line;
  AppendLoudestBands({now, mean, scale, 32}, 3200, &line);
  TEST_ASSERT_EQUAL_STRING(" 0-50 Hz -0.00 sigma, 50-100 Hz -0.00 sigma, 100-150 Hz -0.00 sigma",
                           line.c_str());
}

// The highest rate, log band and scale that there are.
void AnAlarmFitsALine() {
  Line line;
  line.Text(THRUM_TEXT("# alarm at window ")).Number(UINT32_MAX).Character(':');
  uint16_t now[8];
  const uint16_t mean[8] = {};
  uint16_t scale[8];
  for (uint8_t b = 0; b < 8; ++b) {
    now[b] = 16383;
    scale[b] = 61681;  // round(2^20 / 17)
  }
  AppendLoudestBands({now, mean, scale, 8}, 50000, &line);
  TEST_ASSERT_EQUAL_STRING(
      "# alarm at window 4294967295: 0-3125 Hz +963.72 sigma, 3125-6250 Hz +963.72 sigma, "
      "6250-9375 Hz +963.72 sigma",
      line.c_str());
}

void ShowsTheEvidence() {
  Line line;
  AppendEvidence({200, 131, 412, 591, State::kAlarm}, 128, 54, &line);
  TEST_ASSERT_EQUAL_STRING(" rms_mg:412 baseline_mg:128 z:4.09 bound:1.69 agree", line.c_str());
  Line other;
  AppendEvidence({200, 53, 412, 591, State::kAlarm}, 128, 54, &other);
  TEST_ASSERT_EQUAL_STRING("disagree", other.c_str() + strlen(other.c_str()) - 8);
}

void ShowsHowLongItLasted() {
  Line line;
  AppendDuration(123, 256, 3200, &line);
  TEST_ASSERT_EQUAL_STRING(" after 123 windows, 9 s", line.c_str());
  Line longest;  // ten years do not overflow
  AppendDuration(UINT32_MAX, 256, 3200, &longest);
  TEST_ASSERT_EQUAL_STRING(" after 4294967295 windows, 343597383 s", longest.c_str());
}

void EveryStatusHasItsSentence() {
  for (uint8_t i = 0; i <= static_cast<uint8_t>(Status::kInvokeFailed); ++i) {
    Line line;
    line.Text(Explain(static_cast<Status>(i)));
    TEST_ASSERT_TRUE(strlen(line.c_str()) >= 2);
    TEST_ASSERT_TRUE(strlen(line.c_str()) < Line::kSize - 1);
    TEST_ASSERT_TRUE(strcmp(line.c_str(), "unknown status") != 0);
  }
}

}  // namespace

void setUp() {}
void tearDown() {}

void RunTests() {
  RUN_TEST(NumbersAtTheirLimits);
  RUN_TEST(AFormTakesItsValuesInTurn);
  RUN_TEST(FixedPointIsRounded);
  RUN_TEST(AReportLine);
  RUN_TEST(TheLongestReportFits);
  RUN_TEST(AnOverlongLineIsCut);
  RUN_TEST(RootMeanSquareOfDeviations);
  RUN_TEST(NamesTheBandsThatMovedMost);
  RUN_TEST(NamesTheBandsOfAGrossFault);
  RUN_TEST(OfBandsThatMovedAlikeTheLowestAreNamed);
  RUN_TEST(AnAlarmFitsALine);
  RUN_TEST(ShowsTheEvidence);
  RUN_TEST(ShowsHowLongItLasted);
  RUN_TEST(EveryStatusHasItsSentence);
}
