#include "window.h"

namespace thrum {
namespace window {
namespace {

int16_t buffer[model::kWindow];
uint16_t free_samples = model::kWindow;

}  // namespace

int16_t* Samples() { return buffer; }

uint16_t Free() { return free_samples; }

void SetFree(uint16_t samples) { free_samples = samples; }

}  // namespace window
}  // namespace thrum
