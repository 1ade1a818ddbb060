#pragma once

// Test double, not TensorFlow Lite Micro: an interpreter that takes its tensors from the .tflite and
// its arithmetic from tflm_double::network, which the suite sets to the generated network.

#include <stddef.h>
#include <stdint.h>

#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"

#define TFLITE_SCHEMA_VERSION (3)

enum TfLiteType { kTfLiteFloat32 = 1, kTfLiteInt8 = 9 };

struct TfLiteIntArray {
  int size;
  int data[8];
};

struct TfLiteTensor {
  TfLiteType type;
  struct {
    int8_t* int8;
  } data;
  TfLiteIntArray* dims;
  struct {
    float scale;
    int32_t zero_point;
  } params;
  size_t bytes;
};

namespace tflm_double {

constexpr size_t kArenaNeeded = 1040;  // whatever the size of the model
constexpr size_t kTensorBytes = 256;   // room for one input or output

inline void (*network)(const int8_t* input, int8_t* output);

}  // namespace tflm_double

namespace tflite {

class MicroInterpreter {
 public:
  MicroInterpreter(const Model* model, const MicroOpResolver& resolver, uint8_t* arena,
                   size_t arena_size)
      : model_(model), resolver_(resolver), arena_(arena), arena_size_(arena_size) {}

  TfLiteStatus AllocateTensors() {
    if (arena_size_ < tflm_double::kArenaNeeded) {
      return kTfLiteError;
    }
    Describe(graph().inputs()->Get(0), 0);
    Describe(graph().outputs()->Get(0), 1);
    return kTfLiteOk;
  }

  TfLiteStatus Invoke() {
    for (uint32_t i = 0; i < model_->operator_codes()->size(); ++i) {
      const OperatorCode* code = model_->operator_codes()->Get(i);
      const int32_t old_code = code->deprecated_builtin_code();
      const int32_t builtin = old_code > code->builtin_code() ? old_code : code->builtin_code();
      const TFLMRegistration* how = resolver_.FindOp(static_cast<BuiltinOperator>(builtin));
      if (how->invoke(nullptr, nullptr) != kTfLiteOk) {
        return kTfLiteError;
      }
    }
    tflm_double::network(tensors_[0].data.int8, tensors_[1].data.int8);
    return kTfLiteOk;
  }

  TfLiteTensor* input(size_t) { return &tensors_[0]; }
  TfLiteTensor* output(size_t) { return &tensors_[1]; }
  size_t inputs_size() const { return graph().inputs()->size(); }
  size_t outputs_size() const { return graph().outputs()->size(); }
  size_t arena_used_bytes() const { return tflm_double::kArenaNeeded; }

 private:
  const SubGraph& graph() const { return *model_->subgraphs()->Get(0); }

  void Describe(int32_t index, int slot) {
    const Tensor* tensor = graph().tensors()->Get(static_cast<uint32_t>(index));
    TfLiteIntArray* dims = &dims_[slot];
    *dims = {static_cast<int>(tensor->shape()->size()), {}};
    size_t bytes = 1;
    for (int i = 0; i < dims->size; ++i) {
      dims->data[i] = tensor->shape()->Get(static_cast<uint32_t>(i));
      bytes *= static_cast<size_t>(dims->data[i]);
    }
    // The schema calls float32 0 and int8 9.
    tensors_[slot] = {tensor->type() == 9 ? kTfLiteInt8 : kTfLiteFloat32,
                      {reinterpret_cast<int8_t*>(arena_) + slot * tflm_double::kTensorBytes},
                      dims,
                      {tensor->quantization()->scale()->Get(0),
                       static_cast<int32_t>(tensor->quantization()->zero_point()->Get(0))},
                      bytes};
  }

  const Model* model_;
  const MicroOpResolver& resolver_;
  uint8_t* arena_;
  size_t arena_size_;
  TfLiteTensor tensors_[2];
  TfLiteIntArray dims_[2];
};

}  // namespace tflite
