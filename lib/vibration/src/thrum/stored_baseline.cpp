#include "stored_baseline.h"

namespace thrum {

const char* Explain(Stored stored) {
  return FlashText(THRUM_TEXT("restored\0"
                              "nothing is stored\0"
                              "what is stored is damaged\0"
                              "stored by another version\0"
                              "stored for another model\0"
                              "stored for another sensor\0"
                              "stored for another rate\0"),
                   static_cast<uint8_t>(stored));
}

}  // namespace thrum
