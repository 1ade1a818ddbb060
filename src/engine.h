#pragma once

// Picks the engine; the only #if on it. Both have the same shape (static Begin, Run, ArenaUsed,
// Name) and the same outputs. `custom_engine` in platformio.ini defines THRUM_ENGINE_TFLM.

#if defined(THRUM_ENGINE_TFLM)

#include "deployed_model.h"
#include "thrum/tflm_engine.h"

namespace thrum {
using Engine = TflmEngine<DeployedModel>;
}  // namespace thrum

#else

#include "model_aot.h"

namespace thrum {
using Engine = aot::Engine;
}  // namespace thrum

#endif
