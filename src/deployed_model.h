#pragma once

// The generated facts of include/model_data.h in the form that TflmEngine takes them: a library
// cannot see include/, so they are handed over as a type. Included by engine.h where the interpreter
// runs.

#include <stddef.h>
#include <stdint.h>

#include "model_data.h"
#include "thrum/tflm_session.h"

namespace thrum {

struct DeployedModel {
  static constexpr size_t kArenaSize = model::kTensorArenaSize;  // bytes, measured at model build
  static constexpr uint8_t kOperators = model::kOperatorCount;   // different ones

  static tflm::ModelFacts Facts() {
    return {model::kModelData,
            {model::kInputScale, model::kInputZeroPoint, model::kInputSize},
            {model::kOutputScale, model::kOutputZeroPoint, model::kOutputSize}};
  }

  // False: the resolver is full.
  template <class Resolver>
  static bool AddOperators(Resolver* resolver) {
    return model::AddOperators(*resolver);
  }
};

}  // namespace thrum
