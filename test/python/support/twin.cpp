// C entry points into lib/vibration for the Python twin tests; built by vibration.py into a shared
// library. Windows are processed one by one, exactly as the firmware does.

#include <string.h>

#include <algorithm>

#include "thrum/detection/baseline.h"
#include "thrum/detection/detector.h"
#include "thrum/detection/operating_state.h"
#include "thrum/detection/smoothing.h"
#include "thrum/detection/zone.h"
#include "thrum/dsp/features.h"
#include "thrum/dsp/velocity.h"

using namespace thrum;

extern "C" {

// samples: windows x axes x length; log_bands: windows x bands; stats: windows x axes x 4.
void twin_log_bands(const FeatureConfig* config, const int16_t* samples, int windows, int axes,
                    uint16_t* log_bands, uint16_t* stats) {
  const int length = 1 << config->log2_length;
  const int bands = 1 << config->log2_bands;
  int16_t work[1024];
  for (int w = 0; w < windows; ++w) {
    BandPower sum;
    Clear(&sum);
    for (int axis = 0; axis < axes; ++axis) {
      memcpy(work, samples, static_cast<size_t>(length) * sizeof(int16_t));
      const WindowStats s = AddWindow(*config, work, &sum);
      const uint16_t values[4] = {static_cast<uint16_t>(s.mean), s.peak, s.rms, s.clipped};
      memcpy(stats, values, sizeof(values));
      samples += length;
      stats += 4;
    }
    LogBands(*config, sum, log_bands + w * bands);
  }
}

// samples: windows x length of one axis; q8: windows.
void twin_velocity(const FeatureConfig* features, const VelocityConfig* config,
                   const uint16_t* near, const uint8_t* far, const int16_t* samples, int windows,
                   uint16_t* q8) {
  const int length = 1 << features->log2_length;
  int16_t work[1024];
  for (int w = 0; w < windows; ++w, samples += length) {
    BandPower sum;
    Clear(&sum);
    memcpy(work, samples, static_cast<size_t>(length) * sizeof(int16_t));
    const WindowStats stats = AddWindow(*features, work, &sum);
    q8[w] = stats.peak == 0 ? 0 : Velocity(*config, {near, far}, work, stats.exponent);
  }
}

void twin_make_velocity(uint32_t rate_hz, uint32_t mg_q12, uint8_t log2_length,
                        VelocityConfig* config) {
  *config = MakeVelocity(rate_hz, mg_q12, log2_length);
}

// Learns from the first `config.windows` rows, writes the deviation of every later row to z and, while
// on trial, eases the baseline after each.
void twin_deviation(const BaselineConfig* config, const uint16_t* log_bands, int windows,
                    uint8_t* z) {
  Baseline baseline(*config);
  for (int w = 0; w < windows; ++w, log_bands += config->bands) {
    const bool ready = baseline.ready();
    baseline.Learn(log_bands);
    if (!ready) {
      continue;
    }
    baseline.Deviation(log_bands, z);
    if (!baseline.tried()) {
      baseline.Ease(z, *std::max_element(z, z + config->bands));
    }
    z += config->bands;
  }
}

// scores: Q8, -1 for a stuck sensor, -2 for one at its limit; writes state and score of each.
void twin_detector(const DetectorConfig* config, const int16_t* scores, int windows,
                   uint8_t* states, uint8_t* means) {
  Detector detector(*config);
  for (int w = 0; w < windows; ++w) {
    const State state = scores[w] < 0
                            ? detector.Fail(scores[w] == -2 ? Fault::kSaturated : Fault::kStuck)
                            : detector.Update(static_cast<uint8_t>(scores[w]));
    states[w] = static_cast<uint8_t>(state);
    means[w] = detector.score();
  }
}

// velocities: Q8 mm/s; writes the zone after each, 0 for B or better.
void twin_zones(uint16_t b, uint16_t c, const uint16_t* velocities, int windows, uint8_t* zones) {
  ZoneWatch watch;
  for (int w = 0; w < windows; ++w) {
    watch.Take({b, c}, velocities[w]);
    zones[w] = static_cast<uint8_t>(watch.zone());
  }
}

// log_bands, averages: windows x bands.
void twin_smoothing(const uint16_t* log_bands, int windows, int bands, int log2_windows,
                    uint16_t* averages) {
  Smoothing smoothing;
  for (int w = 0; w < windows; ++w, log_bands += bands, averages += bands) {
    smoothing.Take(log_bands, static_cast<uint8_t>(bands), static_cast<uint8_t>(log2_windows),
                   averages);
  }
}

uint8_t twin_complete(uint8_t log2_most, uint16_t stride, uint32_t rate_hz) {
  return CompleteLog2(log2_most, stride, rate_hz);
}

// z, features: windows x bands.
void twin_rank(const uint8_t* z, int windows, int bands, int8_t* features) {
  for (int w = 0; w < windows; ++w, z += bands, features += bands) {
    Rank(z, static_cast<uint8_t>(bands), features);
  }
}

}  // extern "C"
