#pragma once

// What has been learned, on its way to storage and back. Called by main.cpp and commands.cpp.

#include <stdint.h>

namespace thrum {
namespace baseline_keeper {

// Takes the stored baseline into the pipeline if it belongs to this model, sensor and rate; says on a
// '#' line what came of it. What was still being stored is dropped. After sampler::Begin.
void Restore();

// Stores what the pipeline has learned: Continue writes what fits between two windows.
void Save();
void Continue();

// The pipeline learns anew: stops storing. Forget removes what is stored as well.
void Stop();
void Forget();

}  // namespace baseline_keeper
}  // namespace thrum
