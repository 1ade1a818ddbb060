#include "stored_baseline.h"

namespace thrum {

void Describe(const RecordOwner& owner, RecordHeader* header) {
  header->version = kRecordVersion;
  for (uint8_t i = 0; i < kModelNameSize; ++i) {
    header->model[i] = FlashRead(owner.model + i);
  }
  header->sensor = owner.sensor;
  header->rate_hz = owner.rate_hz;
  header->bands = owner.bands;
}

Stored Match(const RecordHeader& header, const RecordOwner& owner) {
  for (uint8_t i = 0; i < kModelNameSize; ++i) {
    if (header.model[i] != FlashRead(owner.model + i)) {
      return Stored::kModel;
    }
  }
  if (header.bands != owner.bands) {
    return Stored::kModel;
  }
  if (header.sensor != owner.sensor) {
    return Stored::kSensor;
  }
  return header.rate_hz == owner.rate_hz ? Stored::kRestored : Stored::kRate;
}

const char* Explain(Stored stored) {
  switch (stored) {
    case Stored::kRestored:
      return THRUM_TEXT("restored");
    case Stored::kNothing:
      return THRUM_TEXT("nothing is stored");
    case Stored::kDamaged:
      return THRUM_TEXT("what is stored is damaged");
    case Stored::kVersion:
      return THRUM_TEXT("stored by another version");
    case Stored::kModel:
      return THRUM_TEXT("stored for another model");
    case Stored::kSensor:
      return THRUM_TEXT("stored for another sensor");
    case Stored::kRate:
      return THRUM_TEXT("stored for another rate");
  }
  return THRUM_TEXT("unknown");
}

}  // namespace thrum
