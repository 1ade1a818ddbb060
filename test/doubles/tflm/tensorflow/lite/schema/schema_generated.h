#pragma once

// Test double, not TensorFlow Lite: the few tables of a .tflite that the engine looks at, read in
// place like flatbuffers does it.

#include <stdint.h>
#include <string.h>

#define THRUM_TFLM_DOUBLE 1

namespace tflite {

enum BuiltinOperator : int32_t {
  BuiltinOperator_FULLY_CONNECTED = 9,
  BuiltinOperator_SOFTMAX = 25,
};

template <typename T>
T Load(const uint8_t* at) {
  T value;
  memcpy(&value, at, sizeof(value));
  return value;
}

inline const uint8_t* Follow(const uint8_t* at) { return at + Load<uint32_t>(at); }

// A table; fields are numbered as in schema.fbs.
struct Table {
  const uint8_t* Field(int number) const {
    const uint8_t* at = reinterpret_cast<const uint8_t*>(this);
    const uint8_t* fields = at - Load<int32_t>(at);
    const int position = 4 + 2 * number;
    const uint16_t offset =
        position < Load<uint16_t>(fields) ? Load<uint16_t>(fields + position) : 0;
    return offset == 0 ? nullptr : at + offset;
  }
  template <typename T>
  T Scalar(int number) const {
    return Field(number) == nullptr ? T() : Load<T>(Field(number));
  }
  template <typename T>
  const T* Child(int number) const {
    return Field(number) == nullptr ? nullptr : reinterpret_cast<const T*>(Follow(Field(number)));
  }
};

// A vector of tables.
template <typename T>
struct Tables {
  uint32_t size() const { return Load<uint32_t>(reinterpret_cast<const uint8_t*>(this)); }
  const T* Get(uint32_t i) const {
    return reinterpret_cast<const T*>(Follow(reinterpret_cast<const uint8_t*>(this) + 4 + 4 * i));
  }
};

// A vector of numbers.
template <typename T>
struct Numbers {
  uint32_t size() const { return Load<uint32_t>(reinterpret_cast<const uint8_t*>(this)); }
  T Get(uint32_t i) const {
    return Load<T>(reinterpret_cast<const uint8_t*>(this) + 4 + sizeof(T) * i);
  }
};

struct OperatorCode : Table {
  int8_t deprecated_builtin_code() const { return Scalar<int8_t>(0); }
  BuiltinOperator builtin_code() const { return Scalar<BuiltinOperator>(3); }
};

struct Quantization : Table {
  const Numbers<float>* scale() const { return Child<Numbers<float>>(2); }
  const Numbers<int64_t>* zero_point() const { return Child<Numbers<int64_t>>(3); }
};

struct Tensor : Table {
  const Numbers<int32_t>* shape() const { return Child<Numbers<int32_t>>(0); }
  int8_t type() const { return Scalar<int8_t>(1); }
  const Quantization* quantization() const { return Child<Quantization>(4); }
};

struct SubGraph : Table {
  const Tables<Tensor>* tensors() const { return Child<Tables<Tensor>>(0); }
  const Numbers<int32_t>* inputs() const { return Child<Numbers<int32_t>>(1); }
  const Numbers<int32_t>* outputs() const { return Child<Numbers<int32_t>>(2); }
};

struct Model : Table {
  uint32_t version() const { return Scalar<uint32_t>(0); }
  const Tables<OperatorCode>* operator_codes() const { return Child<Tables<OperatorCode>>(1); }
  const Tables<SubGraph>* subgraphs() const { return Child<Tables<SubGraph>>(2); }
};

inline const Model* GetModel(const void* bytes) {
  return reinterpret_cast<const Model*>(Follow(static_cast<const uint8_t*>(bytes)));
}

}  // namespace tflite
