#pragma once

// What the firmware says, one line per window, readable by the Arduino Serial Plotter, Teleplot and
// people: "anomaly:0.93,z:4.10,rms_mg:412,state:2". Lines for people start with '#'. Fixed-size,
// integer-only text building; used by src/main.cpp.

#include <stdint.h>

#include "thrum/core/code_size.h"
#include "thrum/detection/detector.h"

namespace thrum {

// Builds one line; what does not fit is cut, never written past the end. Either piece by piece or
// from a form, whose '%' the values take in turn:
//   line.Form(THRUM_TEXT("!status state:% learned:%")).Number(1).Number(256);
class Line {
 public:
  static constexpr uint8_t kSize = 128;  // characters, with the closing zero

  void Clear();

  // Inlined: where the one line is known, neither it nor the returned pointer is passed on, which
  // saves 500 bytes.
  THRUM_INLINED Line& Form(const char* flash_text) {
    BeginForm(flash_text);
    return *this;
  }
  THRUM_INLINED Line& Text(const char* flash_text) {
    AppendText(flash_text);
    return *this;
  }
  Line& Word(const char* ram_text);
  THRUM_INLINED Line& Character(char character) {
    AppendCharacter(character);
    return *this;
  }
  THRUM_INLINED Line& Number(uint32_t value) {
    AppendDecimal(value, 0);
    return *this;
  }
  // Two bytes less to pass.
  THRUM_INLINED Line& Number(uint16_t value) {
    AppendShort(value);
    return *this;
  }
  THRUM_INLINED Line& Number(uint8_t value) { return Number(uint16_t{value}); }
  THRUM_INLINED Line& Signed(int8_t value) {
    AppendSigned(value);
    return *this;
  }
  // value / 2^fraction_bits with two decimals, rounded; value < 2^24.
  THRUM_INLINED Line& Fixed(uint32_t value, uint8_t fraction_bits) {
    AppendFixed(value, fraction_bits);
    return *this;
  }

  const char* c_str() const { return text_; }

 private:
  void BeginForm(const char* flash_text);
  void ContinueForm();
  void AppendText(const char* flash_text);
  void AppendCharacter(char character);
  void AppendDecimal(uint32_t value, uint8_t decimals);
  void AppendShort(uint16_t value);
  void AppendSigned(int8_t value);
  void AppendFixed(uint32_t value, uint8_t fraction_bits);

  char text_[kSize] = {};
  uint8_t length_ = 0;
  const char* form_ = nullptr;  // flash text behind the '%' that waits for its value
};

// Everything that a telemetry line shows of one window.
struct Report {
  uint8_t anomaly;  // score, Q8
  uint16_t z_rms;   // root mean square of the band deviations, Q5; the cross-check of the network
  uint32_t rms_mg;  // of the vibration, all axes together
  State state;
};

void Append(const Report& report, Line* line);

// Root mean square of z (Q5) over the bands, Q5.
uint16_t RmsDeviation(const uint8_t* z, uint8_t bands);

// Averaged log bands, at most 16383 in Q8, beside the baseline: `count` values each.
struct Bands {
  const uint16_t* now;
  const uint16_t* mean;   // Q8
  const uint16_t* scale;  // 2^20 / spread, see BaselineData
  uint8_t count;
};

// Names the three bands that moved most: " 800-850 Hz +36.31 sigma, 150-200 Hz -14.02 sigma, ...".
// The network's z ends at 7.97; these do not, or a gross fault would name whatever comes first.
// rate_hz gives the band width.
void AppendLoudestBands(const Bands& bands, uint32_t rate_hz, Line* line);

// The second line of an alarm: " rms_mg:412 baseline_mg:128 z:4.10 bound:1.70 agree". The cross-check
// agrees with the network if z_rms reaches the bound; both Q5.
void AppendEvidence(const Report& report, uint32_t baseline_mg, uint8_t bound, Line* line);

// " after 123 windows, 9 s": how long `windows` of hop samples last. An alarm's evidence ends with it,
// for the windows that voted.
void AppendDuration(uint32_t windows, uint16_t hop, uint32_t rate_hz, Line* line);

const char* Name(State state);  // flash text
const char* Name(Fault fault);  // flash text

}  // namespace thrum
