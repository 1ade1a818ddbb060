#include "tflm_session.h"

#include <string.h>

#include <new>

namespace thrum {
namespace tflm {
namespace {

bool HasKnownSchema(const uint8_t* bytes) {
  return memcmp(bytes + 4, "TFL3", 4) == 0 &&
         tflite::GetModel(bytes)->version() == TFLITE_SCHEMA_VERSION;
}

// Models of before 2020 keep the code in the deprecated one-byte field.
int32_t CodeOf(const tflite::OperatorCode& code) {
  const int32_t old_code = code.deprecated_builtin_code();
  const int32_t new_code = code.builtin_code();
  return old_code > new_code ? old_code : new_code;
}

bool HasEveryOperator(const tflite::Model& model, const tflite::MicroOpResolver& resolver) {
  const auto* codes = model.operator_codes();
  for (uint32_t i = 0; codes != nullptr && i < codes->size(); ++i) {
    const auto code = static_cast<tflite::BuiltinOperator>(CodeOf(*codes->Get(i)));
    if (resolver.FindOp(code) == nullptr) {
      return false;
    }
  }
  return codes != nullptr;
}

// One row of `size` values: every dimension but the last is 1.
bool HasShape(const TfLiteTensor& tensor, uint16_t size) {
  const TfLiteIntArray* dims = tensor.dims;
  if (dims == nullptr || dims->size < 1 || dims->data[dims->size - 1] != size) {
    return false;
  }
  for (int i = 0; i < dims->size - 1; ++i) {
    if (dims->data[i] != 1) {
      return false;
    }
  }
  return tensor.bytes == size;
}

Status Check(const TfLiteTensor* tensor, const TensorFacts& facts) {
  if (tensor == nullptr || tensor->type != kTfLiteInt8) {
    return Status::kTensorType;
  }
  if (!HasShape(*tensor, facts.size)) {
    return Status::kTensorShape;
  }
  const bool same = memcmp(&tensor->params.scale, &facts.scale, sizeof(float)) == 0 &&
                    tensor->params.zero_point == facts.zero_point;
  return same ? Status::kOk : Status::kTensorQuantization;
}

}  // namespace

Status Session::Begin(const ModelFacts& facts, const tflite::MicroOpResolver& resolver,
                      uint8_t* arena, size_t arena_size) {
  interpreter_ = nullptr;
  input_ = nullptr;
  output_ = nullptr;
  if (!HasKnownSchema(facts.bytes)) {
    return Status::kModelSchema;
  }
  const tflite::Model* model = tflite::GetModel(facts.bytes);
  if (!HasEveryOperator(*model, resolver)) {
    return Status::kModelOperators;
  }
  if (arena_size < kSmallestArena) {
    return Status::kArenaTooSmall;
  }
  // Never destroyed: what it owns lies in the arena.
  interpreter_ = new (storage_) tflite::MicroInterpreter(model, resolver, arena, arena_size);
  if (interpreter_->AllocateTensors() != kTfLiteOk) {
    interpreter_ = nullptr;
    return Status::kArenaTooSmall;
  }
  return CheckTensors(facts);
}

Status Session::CheckTensors(const ModelFacts& facts) {
  if (interpreter_->inputs_size() != 1 || interpreter_->outputs_size() != 1) {
    return Status::kTensorShape;
  }
  TfLiteTensor* input = interpreter_->input(0);
  TfLiteTensor* output = interpreter_->output(0);
  Status status = Check(input, facts.input);
  if (status == Status::kOk) {
    status = Check(output, facts.output);
  }
  if (status != Status::kOk) {
    return status;
  }
  memset(input->data.int8, 0, facts.input.size);
  if (interpreter_->Invoke() != kTfLiteOk) {
    return Status::kInvokeFailed;
  }
  input_ = input->data.int8;
  output_ = output->data.int8;
  input_size_ = facts.input.size;
  output_size_ = facts.output.size;
  return Status::kOk;
}

Status Session::Run(const int8_t* features, int8_t* scores) {
  if (input_ == nullptr) {
    return Status::kInvokeFailed;
  }
  memcpy(input_, features, input_size_);
  if (interpreter_->Invoke() != kTfLiteOk) {
    return Status::kInvokeFailed;
  }
  memcpy(scores, output_, output_size_);
  return Status::kOk;
}

size_t Session::ArenaUsed() const {
  return interpreter_ == nullptr ? 0 : interpreter_->arena_used_bytes();
}

}  // namespace tflm
}  // namespace thrum
