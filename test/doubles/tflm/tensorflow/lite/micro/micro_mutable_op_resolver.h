#pragma once

// Test double, not TensorFlow Lite Micro: a list of operators of fixed length.

#include <stdint.h>

#include "tensorflow/lite/schema/schema_generated.h"

enum TfLiteStatus { kTfLiteOk = 0, kTfLiteError = 1 };

struct TfLiteContext {};
struct TfLiteNode {};

struct TFLMRegistration {
  int32_t builtin_code;
  TfLiteStatus (*invoke)(TfLiteContext*, TfLiteNode*);
};

namespace tflite {

inline TfLiteStatus Succeed(TfLiteContext*, TfLiteNode*) { return kTfLiteOk; }
inline TFLMRegistration Register_FULLY_CONNECTED() {
  return {BuiltinOperator_FULLY_CONNECTED, Succeed};
}
inline TFLMRegistration Register_SOFTMAX() { return {BuiltinOperator_SOFTMAX, Succeed}; }

class MicroOpResolver {
 public:
  virtual const TFLMRegistration* FindOp(BuiltinOperator code) const = 0;

 protected:
  ~MicroOpResolver() = default;
};

template <unsigned int kSize>
class MicroMutableOpResolver final : public MicroOpResolver {
 public:
  TfLiteStatus AddFullyConnected(const TFLMRegistration& how = Register_FULLY_CONNECTED()) {
    return Add(how);
  }
  TfLiteStatus AddSoftmax(const TFLMRegistration& how = Register_SOFTMAX()) { return Add(how); }

  const TFLMRegistration* FindOp(BuiltinOperator code) const override {
    for (unsigned int i = 0; i < count_; ++i) {
      if (registrations_[i].builtin_code == code) {
        return &registrations_[i];
      }
    }
    return nullptr;
  }

 private:
  TfLiteStatus Add(const TFLMRegistration& how) {
    if (count_ == kSize || FindOp(static_cast<BuiltinOperator>(how.builtin_code)) != nullptr) {
      return kTfLiteError;
    }
    registrations_[count_++] = how;
    return kTfLiteOk;
  }

  TFLMRegistration registrations_[kSize];
  unsigned int count_ = 0;
};

}  // namespace tflite
