#pragma once

// The interpreter engine of the firmware, the same shape as the ahead-of-time engine of
// include/model_aot.h. src/engine.h hands over the generated facts, because a library cannot see
// the project's include/:
//
//   struct Model {                                  // include/model_data.h
//     static constexpr size_t kArenaSize = ...;     // bytes, measured at model build
//     static constexpr uint8_t kOperators = ...;    // different operators
//     static tflm::ModelFacts Facts();
//     template <class Resolver> static bool AddOperators(Resolver* resolver);
//   };

#include <stddef.h>
#include <stdint.h>

#include "tflm_session.h"

namespace thrum {

template <class Model>
class TflmEngine {
 public:
  [[nodiscard]] static Status Begin() {
    alignas(16) static uint8_t arena[Model::kArenaSize];
    operators_added_ = operators_added_ || Model::AddOperators(&resolver_);
    if (!operators_added_) {
      return Status::kModelOperators;
    }
    return session_.Begin(Model::Facts(), resolver_, arena, sizeof(arena));
  }

  [[nodiscard]] static Status Run(const int8_t* features, int8_t* scores) {
    return session_.Run(features, scores);
  }

  static size_t ArenaUsed() { return session_.ArenaUsed(); }

  static const char* Name() { return "tflm"; }

 private:
  static tflm::Session session_;
  static tflite::MicroMutableOpResolver<Model::kOperators> resolver_;
  static bool operators_added_;
};

template <class Model>
tflm::Session TflmEngine<Model>::session_;
template <class Model>
tflite::MicroMutableOpResolver<Model::kOperators> TflmEngine<Model>::resolver_;
template <class Model>
bool TflmEngine<Model>::operators_added_ = false;

}  // namespace thrum
