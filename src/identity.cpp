#include "identity.h"

#include "board.h"
#include "engine.h"
#include "model_params.h"
#include "thrum/core/progmem.h"

namespace thrum {

void AppendIdentity(Line* line) {
  line->Form(THRUM_TEXT("engine:% model:% firmware:% board:% arena:%"));
  line->Text(Engine::Name()).Text(model::kHash());
  line->Text(FirmwareHash()).Text(BoardName());
  line->Number(static_cast<uint32_t>(Engine::ArenaUsed()));
}

}  // namespace thrum
