#include "thrum/protocol/telemetry.h"

#include "thrum/core/code_size.h"
#include "thrum/core/fixed_point.h"
#include "thrum/core/progmem.h"
#include "thrum/detection/baseline.h"

namespace thrum {

void Append(const Report& report, Line* line) {
  line->Form(THRUM_TEXT("anomaly:%,z:%,rms_mg:%,mm_s:%,state:%"));
  line->Fixed(report.anomaly, 8).Fixed(report.z_rms, 5);
  line->Number(report.rms_mg).Fixed(report.mm_s, 8).Number(static_cast<uint8_t>(report.state));
}

uint16_t RmsDeviation(const uint8_t* z, uint8_t bands) {
  uint32_t sum = 0;
  for (uint8_t b = 0; b < bands; ++b) {
    sum += static_cast<uint16_t>(z[b]) * z[b];  // unsigned: 255 * 255 overflows AVR's int
  }
  return SquareRoot(sum / bands);
}

namespace {

struct Loud {
  uint16_t moved;  // Q5
  uint8_t band;
};

// The next one in the order of the bands: by how far they have moved, then by number.
Loud NextLoudest(const Bands& bands, const Loud& last) {
  Loud found = {0, kMaxBands};
  for (uint8_t b = bands.count; b-- != 0;) {
    const uint16_t moved = Moved(bands.now[b], bands.mean[b], bands.scale[b]);
    const bool later = moved == last.moved ? b > last.band : moved < last.moved;
    if (later && moved >= found.moved) {
      found = {moved, b};
    }
  }
  return found;
}

}  // namespace

void AppendLoudestBands(const Bands& bands, uint32_t rate_hz, Line* line) {
  Loud loud = {UINT16_MAX, 0};
  for (uint8_t rank = 0; rank < 3; ++rank) {
    loud = NextLoudest(bands, loud);
    const uint8_t b = loud.band;
    if (rank != 0) {
      line->Character(',');
    }
    line->Form(THRUM_TEXT(" %-% Hz "));
    line->Number(b * rate_hz / (2u * bands.count));
    line->Number((b + 1u) * rate_hz / (2u * bands.count));
    line->Character(bands.now[b] > bands.mean[b] ? '+' : '-');
    line->Form(THRUM_TEXT("% sigma")).Fixed(loud.moved, 5);
  }
}

void AppendEvidence(const Report& report, uint32_t baseline_mg, uint8_t bound, Line* line) {
  line->Form(THRUM_TEXT(" rms_mg:% baseline_mg:% z:% bound:% "));
  line->Number(report.rms_mg).Number(baseline_mg);
  line->Fixed(report.z_rms, 5).Fixed(bound, 5);
  line->Text(report.z_rms >= bound ? THRUM_TEXT("agree") : THRUM_TEXT("disagree"));
}

void AppendDuration(uint32_t windows, uint16_t hop, uint32_t rate_hz, Line* line) {
  const uint32_t rest = windows % rate_hz * hop;  // below 2^26
  line->Form(THRUM_TEXT(" after % windows, % s"));
  line->Number(windows).Number(windows / rate_hz * hop + rest / rate_hz);
}

const char* Name(State state) {
  return FlashText(THRUM_TEXT("learning\0"
                              "ok\0"
                              "alarm\0"
                              "fault\0"
                              "idle\0"
                              "gathering\0"),
                   static_cast<uint8_t>(state));
}

const char* Name(Fault fault) {
  return FlashText(
      THRUM_TEXT("none\0"
                 "the sensor's value does not change\0"
                 "the sensor is at its limit\0"
                 "samples were lost\0"
                 "sensor silent\0"
                 "inference failed\0"
                 "no vibration, only the last bit toggles: has the sensor fallen off?\0"),
      static_cast<uint8_t>(fault));
}

}  // namespace thrum
