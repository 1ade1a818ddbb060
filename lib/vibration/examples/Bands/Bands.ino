// Prints eight log bands of the analog input A0 for the Serial Plotter: features alone, without a
// network or a baseline. 64 samples at 1 kHz, so a band is 62.5 Hz wide. 256 in the plot is one octave
// of power (Q8 log2 of counts^2).

#include <thrum/core/progmem.h>
#include <thrum/dsp/features.h>

constexpr uint32_t kMicrosPerSample = 1000;
constexpr uint8_t kLog2Length = 6;
constexpr uint8_t kLog2Bands = 3;

// sin(2 pi i / 64), i = 0 to 48, Q15.
const int16_t kSine[] THRUM_FLASH = {
    0,      3212,   6393,   9512,   12540,  15447,  18205,  20788,  23170,  25330,
    27246,  28899,  30274,  31357,  32138,  32610,  32767,  32610,  32138,  31357,
    30274,  28899,  27246,  25330,  23170,  20788,  18205,  15447,  12540,  9512,
    6393,   3212,   0,      -3212,  -6393,  -9512,  -12540, -15447, -18205, -20788,
    -23170, -25330, -27246, -28899, -30274, -31357, -32138, -32610, -32767};

const thrum::FeatureConfig kFeatures = {kLog2Length, kLog2Bands, 4, kSine};

void setup() { Serial.begin(115200); }

void loop() {
  int16_t samples[1 << kLog2Length];
  const uint32_t begin = micros();
  uint32_t due = 0;
  for (int16_t& sample : samples) {
    while (micros() - begin < due) {
    }
    due += kMicrosPerSample;
    sample = static_cast<int16_t>((analogRead(A0) - 512) * 64);  // 10 bits to int16
  }
  thrum::BandPower sum;
  thrum::Clear(&sum);
  thrum::AddWindow(kFeatures, samples, &sum);
  uint16_t bands[1 << kLog2Bands];
  thrum::LogBands(kFeatures, sum, bands);
  for (uint16_t band : bands) {
    Serial.print(band);
    Serial.print(' ');
  }
  Serial.println();
}
