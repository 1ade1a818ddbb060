#include "settings.h"

namespace thrum {
namespace settings {

Settings chosen;

uint32_t RateHz() { return Present().rate_hz; }

}  // namespace settings
}  // namespace thrum
