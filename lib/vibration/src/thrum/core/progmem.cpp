#include "thrum/core/progmem.h"

namespace thrum {

const char* FlashText(const char* texts, uint8_t number) {
  for (; number != 0 && FlashRead(texts) != '\0'; --number) {
    while (FlashRead(texts++) != '\0') {
    }
  }
  return FlashRead(texts) == '\0' ? THRUM_TEXT("unknown") : texts;
}

}  // namespace thrum
