#include "thrum/core/status.h"

#include "thrum/core/progmem.h"

namespace thrum {

const char* Explain(Status status) {
  switch (status) {
    case Status::kOk:
      return THRUM_TEXT("ok");
    case Status::kEndOfData:
      return THRUM_TEXT("the recording is over");
    case Status::kSourceMissing:
      return THRUM_TEXT("no samples: check that the file exists or the sensor is connected");
    case Status::kSourceCorrupt:
      return THRUM_TEXT("not a 16-bit PCM WAV file: convert it, or pass --raw for int16 samples");
    case Status::kRateMismatch:
      return THRUM_TEXT("the source has another rate: set --rate, THRUM_RATE_HZ or sample.rate_hz");
    case Status::kAxesMismatch:
      return THRUM_TEXT("the source must have 1 to 3 axes");
    case Status::kSamplesLost:
      return THRUM_TEXT("samples were lost: lower the rate or shorten the work per window");
    case Status::kModelSchema:
      return THRUM_TEXT("model schema version differs from the library's: update the library");
    case Status::kModelOperators:
      return THRUM_TEXT("an operator of the model is not registered: regenerate model_data.h");
    case Status::kTensorType:
      return THRUM_TEXT("model input or output is not int8: quantize it fully and train again");
    case Status::kTensorShape:
      return THRUM_TEXT("model input or output has another shape: regenerate model_data.h");
    case Status::kTensorQuantization:
      return THRUM_TEXT("scale or zero point is not model_data.h's: regenerate it");
    case Status::kArenaTooSmall:
      return THRUM_TEXT(
          "tensor arena too small: regenerate model_data.h, it holds the measured size");
    case Status::kInvokeFailed:
      return THRUM_TEXT("Invoke failed: the model and the library do not fit together");
    case Status::kWrongSensor:
      return THRUM_TEXT("another sensor answers: choose its environment, check its address");
    case Status::kSensorSilent:
      return THRUM_TEXT("the sensor stopped delivering: check its supply and its wires");
  }
  return THRUM_TEXT("unknown status");
}

}  // namespace thrum
