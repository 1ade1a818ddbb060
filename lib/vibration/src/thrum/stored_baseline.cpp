#include "stored_baseline.h"

namespace thrum {

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
