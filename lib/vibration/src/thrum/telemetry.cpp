#include "telemetry.h"

#include "fixed_point.h"
#include "progmem.h"

namespace thrum {

[[gnu::noinline]] void Line::Clear() {
  length_ = 0;
  text_[0] = '\0';
}

void Line::AppendCharacter(char character) {
  if (length_ < kSize - 1) {
    text_[length_++] = character;
    text_[length_] = '\0';
  }
}

void Line::AppendText(const char* flash_text) {
  for (char c = FlashRead(flash_text); c != '\0'; c = FlashRead(++flash_text)) {
    AppendCharacter(c);
  }
}

Line& Line::Word(const char* ram_text) {
  while (*ram_text != '\0') {
    AppendCharacter(*ram_text++);
  }
  return *this;
}

void Line::AppendNumber(uint32_t value) {
  char digits[11];
  char* first = digits + sizeof(digits) - 1;
  *first = '\0';
  do {
    *--first = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  Word(first);
}

void Line::AppendField(const char* flash_text, uint32_t value) {
  AppendText(flash_text);
  AppendNumber(value);
}

void Line::AppendFixed(uint32_t value, uint8_t fraction_bits) {
  const uint32_t half = (UINT32_C(1) << fraction_bits) >> 1;
  const uint32_t hundredths = (value * 100 + half) >> fraction_bits;
  AppendNumber(hundredths / 100);
  const uint8_t rest = static_cast<uint8_t>(hundredths % 100);
  AppendCharacter('.');
  AppendCharacter(static_cast<char>('0' + rest / 10));
  AppendCharacter(static_cast<char>('0' + rest % 10));
}

void Append(const Report& report, Line* line) {
  line->Text(THRUM_TEXT("anomaly:")).Fixed(report.anomaly, 8);
  line->Text(THRUM_TEXT(",z:")).Fixed(report.z_rms, 5);
  line->Field(THRUM_TEXT(",rms_mg:"), report.rms_mg);
  line->Field(THRUM_TEXT(",state:"), static_cast<uint8_t>(report.state));
}

uint16_t RmsDeviation(const uint8_t* z, uint8_t bands) {
  uint32_t sum = 0;
  for (uint8_t b = 0; b < bands; ++b) {
    sum += static_cast<uint16_t>(z[b]) * z[b];  // unsigned: 255 * 255 overflows AVR's int
  }
  return SquareRoot(sum / bands);
}

namespace {

// Falls in the order of the bands: by z, then by number.
uint16_t Rank(const Bands& bands, uint8_t b) {
  return static_cast<uint16_t>(static_cast<uint16_t>(bands.z[b]) << 8 | (kMaxBands - b));
}

// The band with the highest rank below `bound`.
uint8_t NextLoudest(const Bands& bands, uint16_t bound) {
  uint8_t found = 0;
  uint16_t highest = 0;
  for (uint8_t b = 0; b < bands.count; ++b) {
    const uint16_t rank = Rank(bands, b);
    if (rank < bound && rank > highest) {
      highest = rank;
      found = b;
    }
  }
  return found;
}

}  // namespace

void AppendLoudestBands(const Bands& bands, uint32_t rate_hz, Line* line) {
  uint16_t bound = UINT16_MAX;
  for (uint8_t rank = 0; rank < 3; ++rank) {
    const uint8_t b = NextLoudest(bands, bound);
    bound = Rank(bands, b);
    line->Field(rank == 0 ? THRUM_TEXT(" ") : THRUM_TEXT(", "), b * rate_hz / (2u * bands.count));
    line->Character('-').Number((b + 1u) * rate_hz / (2u * bands.count));
    line->Text(THRUM_TEXT(" Hz "));
    line->Character(bands.now[b] > bands.mean[b] ? '+' : '-');
    line->Fixed(bands.z[b], 5).Text(THRUM_TEXT(" sigma"));
  }
}

void AppendEvidence(const Report& report, uint32_t baseline_mg, uint8_t bound, Line* line) {
  line->Field(THRUM_TEXT(" rms_mg:"), report.rms_mg);
  line->Field(THRUM_TEXT(" baseline_mg:"), baseline_mg);
  line->Text(THRUM_TEXT(" z:")).Fixed(report.z_rms, 5);
  line->Text(THRUM_TEXT(" bound:")).Fixed(bound, 5);
  line->Text(report.z_rms >= bound ? THRUM_TEXT(" agree") : THRUM_TEXT(" disagree"));
}

void AppendDuration(uint32_t windows, uint16_t hop, uint32_t rate_hz, Line* line) {
  line->Field(THRUM_TEXT(" after "), windows).Text(THRUM_TEXT(" windows, "));
  const uint32_t rest = windows % rate_hz * hop;  // below 2^26
  line->Number(windows / rate_hz * hop + rest / rate_hz).Text(THRUM_TEXT(" s"));
}

const char* Name(State state) {
  return FlashText(THRUM_TEXT("learning\0"
                              "ok\0"
                              "alarm\0"
                              "fault\0"
                              "idle\0"),
                   static_cast<uint8_t>(state));
}

const char* Name(Fault fault) {
  return FlashText(THRUM_TEXT("none\0"
                              "the sensor's value does not change\0"
                              "the sensor is at its limit\0"
                              "samples were lost\0"
                              "sensor silent\0"
                              "inference failed\0"),
                   static_cast<uint8_t>(fault));
}

}  // namespace thrum
