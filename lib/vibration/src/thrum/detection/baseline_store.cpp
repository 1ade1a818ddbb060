#include "thrum/detection/baseline_store.h"

namespace thrum {

const char* Explain(Stored stored) {
  return FlashText(THRUM_TEXT("restored\0"
                              "nothing stored\0"
                              "damaged\0"
                              "of another version\0"
                              "for another model\0"
                              "for another sensor\0"
                              "for another rate\0"),
                   static_cast<uint8_t>(stored));
}

}  // namespace thrum
