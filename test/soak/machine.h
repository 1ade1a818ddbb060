#pragma once

// A machine and a sensor for soak.cpp: what they do in every episode, drawn as the log bands of one
// window after the other. It stands in for features.cpp, which keeps nothing between windows.

#include <stdint.h>
#include <string.h>

#include "model_params.h"
#include "thrum/dsp/features.h"
#include "thrum/dsp/velocity.h"

namespace thrum {
namespace soak {

constexpr uint32_t kEpisode = 200000;  // windows
constexpr uint32_t kNoiseRows = 4099;

enum class Does : uint8_t { kRuns, kRests, kIsBroken, kSticks, kSaturates };

// What happens from `start` on in an episode, the last one that has begun; in those whose number
// leaves `rest` by `every`.
struct Phase {
  uint32_t start;
  uint32_t length;
  Does does;
  uint8_t every;
  uint8_t rest;
};

constexpr Phase kPhases[] = {
    {20000, 300, Does::kRests, 1, 0},
    {40000, 1, Does::kSticks, 1, 0},
    {50000, 3 * model::kDetector.n, Does::kSaturates, 1, 0},
    {100000, 3000, Does::kIsBroken, 1, 0},
    {101000, 1, Does::kSaturates, 1, 0},
    // Whoever repairs the sensor gets a new verdict.
    {102000, model::kDetector.n, Does::kSticks, 2, 1},
    // Beyond the 65535 windows that the hold counts to.
    {103000, 70000, Does::kIsBroken, 8, 2},
};

static uint16_t noise[kNoiseRows][model::kBands];
static uint16_t row[model::kBands];  // log bands of the window that is measured
static WindowStats stats;            // of its samples

inline uint32_t Next() {
  static uint32_t state = 2463534242u;
  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}

// The sum of four uniform values: half an octave of standard deviation.
inline void DrawNoise() {
  for (auto& drawn : noise) {
    for (uint16_t& value : drawn) {
      value = 0;
      for (int i = 0; i < 4; ++i) {
        value = static_cast<uint16_t>(value + Next() % 222);
      }
    }
  }
}

inline void DrawWindow(Does does) {
  const uint16_t* random = noise[Next() % kNoiseRows];
  const int slope = does == Does::kRests ? 0 : 100;  // silence has no structure
  for (uint8_t b = 0; b < model::kBands; ++b) {
    const int moved = does == Does::kIsBroken && b >= 20 ? 1300 : 0;
    row[b] = static_cast<uint16_t>(3000 + slope * b + random[b] + moved);
  }
  const uint16_t peak = does == Does::kSticks ? 0 : 2000;
  const uint16_t clipped = does == Does::kSaturates ? model::kWindow : 0;
  stats = {0, peak, 500, clipped, 0};
}

inline bool IsFault(Does does) { return does == Does::kSticks || does == Does::kSaturates; }

inline bool Happens(const Phase& phase, uint32_t window) {
  const uint32_t at = window % kEpisode;
  return window / kEpisode % phase.every == phase.rest && at >= phase.start &&
         at < phase.start + phase.length;
}

inline Does Doing(uint32_t window) {
  Does does = Does::kRuns;
  for (const Phase& phase : kPhases) {
    does = Happens(phase, window) ? phase.does : does;
  }
  return does;
}

}  // namespace soak

void Clear(BandPower* sum) { memset(sum, 0, sizeof(*sum)); }

WindowStats AddWindow(const FeatureConfig&, int16_t*, BandPower*) { return soak::stats; }

uint16_t Velocity(const VelocityConfig&, const VelocityWeights&, const int16_t*, int8_t) {
  return 0;
}

namespace settings {
uint32_t RateHz() { return model::kRateHz; }
}  // namespace settings

void LogBands(const FeatureConfig&, const BandPower&, uint16_t* log_bands) {
  memcpy(log_bands, soak::row, sizeof(soak::row));
}

}  // namespace thrum
