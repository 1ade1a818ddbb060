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

#include <new>

#include "tflm_session.h"

namespace thrum {

template <class Model>
class TflmEngine {
 public:
  [[nodiscard]] static Status Begin() {
    alignas(16) static uint8_t arena[Model::kArenaSize];
    const tflite::MicroOpResolver* resolver = GetResolver();
    if (resolver == nullptr) {
      return Status::kModelOperators;
    }
    return session_.Begin(Model::Facts(), *resolver, arena, sizeof(arena));
  }

  [[nodiscard]] static Status Run(const int8_t* features, int8_t* scores) {
    return session_.Run(features, scores);
  }

  static size_t ArenaUsed() { return session_.ArenaUsed(); }

  static const char* Name() { return "tflm"; }

 private:
  using Resolver = tflite::MicroMutableOpResolver<Model::kOperators>;

  // Made once and never destroyed: a static object would be registered for an exit that never comes.
  static const tflite::MicroOpResolver* GetResolver() {
    alignas(Resolver) static uint8_t storage[sizeof(Resolver)];
    static Resolver* resolver = nullptr;
    if (resolver == nullptr) {
      resolver = new (storage) Resolver;
      complete_ = Model::AddOperators(resolver);
    }
    return complete_ ? resolver : nullptr;
  }

  static tflm::Session session_;
  static bool complete_;  // the resolver has every operator
};

template <class Model>
tflm::Session TflmEngine<Model>::session_;
template <class Model>
bool TflmEngine<Model>::complete_ = false;

}  // namespace thrum
