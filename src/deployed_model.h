#pragma once

// The generated facts of include/model_data.h in the form that TflmEngine takes them.

#include <stddef.h>
#include <stdint.h>

#include "model_data.h"
#include "thrum/tflm_session.h"

namespace thrum {

struct DeployedModel {
  static constexpr size_t kArenaSize = model::kTensorArenaSize;
  static constexpr uint8_t kOperators = model::kOperatorCount;

  static tflm::ModelFacts Facts() {
    return {model::kModelData,
            {model::kInputScale, model::kInputZeroPoint, model::kInputSize},
            {model::kOutputScale, model::kOutputZeroPoint, model::kOutputSize}};
  }

  template <class Resolver>
  static bool AddOperators(Resolver* resolver) {
    return model::AddOperators(*resolver);
  }
};

}  // namespace thrum
