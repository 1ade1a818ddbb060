#pragma once

// What went wrong, for every stage. Set-up functions return it and must be looked at; a set-up that
// fails parks the firmware, which then repeats Explain() on the serial line.

#include <stdint.h>

namespace thrum {

enum class Status : uint8_t {
  kOk,
  kEndOfData,           // a replayed recording is over
  kSourceMissing,       // file, sensor or bus does not answer
  kSourceCorrupt,       // it answers, but not in its format
  kRateMismatch,        // the source's rate is not the model's
  kAxesMismatch,        // the source has more axes than the features take
  kSamplesLost,         // the window has a gap
  kModelSchema,         // the model was written for another schema version
  kModelOperators,      // an operator is not registered
  kTensorType,          // the model's input or output is not int8
  kTensorShape,         // it has not the header's number of values
  kTensorQuantization,  // it has not the header's scale or zero point
  kArenaTooSmall,
  kInvokeFailed,
  kWrongSensor,   // another part answers at the sensor's address
  kSensorSilent,  // the sensor stopped delivering
};

// One sentence in program memory: what failed and what to do about it.
const char* Explain(Status status);

}  // namespace thrum
