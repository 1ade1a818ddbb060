#include "telemetry.h"

#include "fixed_point.h"
#include "progmem.h"

namespace thrum {

Line& Line::Character(char character) {
  if (length_ < kSize - 1) {
    text_[length_++] = character;
    text_[length_] = '\0';
  }
  return *this;
}

Line& Line::Text(const char* flash_text) {
  for (char c = FlashRead(flash_text); c != '\0'; c = FlashRead(++flash_text)) {
    Character(c);
  }
  return *this;
}

Line& Line::Word(const char* ram_text) {
  while (*ram_text != '\0') {
    Character(*ram_text++);
  }
  return *this;
}

Line& Line::Number(uint32_t value) {
  char digits[10];
  uint8_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (count != 0) {
    Character(digits[--count]);
  }
  return *this;
}

Line& Line::Fixed(uint32_t value, uint8_t fraction_bits) {
  const uint32_t half = (UINT32_C(1) << fraction_bits) >> 1;
  const uint32_t hundredths = (value * 100 + half) >> fraction_bits;
  Number(hundredths / 100);
  Character('.');
  Character(static_cast<char>('0' + hundredths / 10 % 10));
  Character(static_cast<char>('0' + hundredths % 10));
  return *this;
}

void Append(const Report& report, Line* line) {
  line->Text(THRUM_TEXT("anomaly:")).Fixed(report.anomaly, 8);
  line->Text(THRUM_TEXT(",z:")).Fixed(report.z_rms, 5);
  line->Text(THRUM_TEXT(",rms_mg:")).Number(report.rms_mg);
  line->Text(THRUM_TEXT(",state:")).Number(static_cast<uint8_t>(report.state));
}

uint16_t RmsDeviation(const uint8_t* z, uint8_t bands) {
  uint32_t sum = 0;
  for (uint8_t b = 0; b < bands; ++b) {
    sum += static_cast<uint16_t>(z[b]) * z[b];  // unsigned: 255 * 255 overflows AVR's int
  }
  return SquareRoot(sum / bands);
}

namespace {

// The band that moved most after `last`, in the order of falling z and rising number.
uint8_t NextLoudest(const Bands& bands, uint8_t last) {
  uint8_t found = bands.count;
  for (uint8_t b = 0; b < bands.count; ++b) {
    const bool after = last == bands.count || bands.z[b] < bands.z[last] ||
                       (bands.z[b] == bands.z[last] && b > last);
    if (after && (found == bands.count || bands.z[b] > bands.z[found])) {
      found = b;
    }
  }
  return found;
}

}  // namespace

void AppendLoudestBands(const Bands& bands, uint32_t rate_hz, Line* line) {
  uint8_t b = bands.count;
  for (uint8_t rank = 0; rank < 3; ++rank) {
    b = NextLoudest(bands, b);
    line->Text(rank == 0 ? THRUM_TEXT(" ") : THRUM_TEXT(", "));
    line->Number(b * rate_hz / (2u * bands.count)).Character('-');
    line->Number((b + 1u) * rate_hz / (2u * bands.count)).Text(THRUM_TEXT(" Hz "));
    line->Character(bands.now[b] > bands.mean[b] ? '+' : '-');
    line->Fixed(bands.z[b], 5).Text(THRUM_TEXT(" sigma"));
  }
}

void AppendEvidence(const Report& report, uint32_t baseline_mg, uint8_t bound, Line* line) {
  line->Text(THRUM_TEXT(" rms_mg:")).Number(report.rms_mg);
  line->Text(THRUM_TEXT(" baseline_mg:")).Number(baseline_mg);
  line->Text(THRUM_TEXT(" z:")).Fixed(report.z_rms, 5);
  line->Text(THRUM_TEXT(" bound:")).Fixed(bound, 5);
  line->Text(report.z_rms >= bound ? THRUM_TEXT(" agree") : THRUM_TEXT(" disagree"));
}

void AppendDuration(uint32_t windows, uint16_t hop, uint32_t rate_hz, Line* line) {
  line->Text(THRUM_TEXT(" after ")).Number(windows).Text(THRUM_TEXT(" windows, "));
  const uint32_t rest = windows % rate_hz * hop;  // below 2^26
  line->Number(windows / rate_hz * hop + rest / rate_hz).Text(THRUM_TEXT(" s"));
}

const char* Name(State state) {
  switch (state) {
    case State::kLearning:
      return THRUM_TEXT("learning");
    case State::kOk:
      return THRUM_TEXT("ok");
    case State::kAlarm:
      return THRUM_TEXT("alarm");
    case State::kFault:
      return THRUM_TEXT("fault");
    case State::kIdle:
      return THRUM_TEXT("idle");
  }
  return THRUM_TEXT("unknown");
}

const char* Name(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return THRUM_TEXT("none");
    case Fault::kStuck:
      return THRUM_TEXT("the sensor's value does not change");
    case Fault::kSaturated:
      return THRUM_TEXT("the sensor is at its limit");
    case Fault::kSamplesLost:
      return THRUM_TEXT("samples were lost");
    case Fault::kSilent:
      return THRUM_TEXT("sensor silent");
    case Fault::kEngine:
      return THRUM_TEXT("inference failed");
  }
  return THRUM_TEXT("unknown");
}

}  // namespace thrum
