#pragma once

// What the firmware says, one line per window, readable by the Arduino Serial Plotter, Teleplot and
// people: "anomaly:0.93,z:4.10,rms_mg:412,mm_s:2.31,state:2". Lines for people start with '#'. Used by
// src/commands/reports.cpp and answers.cpp.

#include <stdint.h>

#include "thrum/core/line.h"
#include "thrum/detection/detector.h"

namespace thrum {

// Everything that a telemetry line shows of one window.
struct Report {
  uint8_t anomaly;  // score, Q8
  uint16_t z_rms;   // root mean square of the band deviations, Q5; the cross-check of the network
  uint32_t rms_mg;  // of the vibration, all axes together
  uint16_t mm_s;    // velocity RMS, Q8, of the axis where it is largest
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
