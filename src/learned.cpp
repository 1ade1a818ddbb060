#include "learned.h"

#include "console.h"
#include "line.h"
#include "model_params.h"
#include "pipeline.h"
#include "sampler.h"
#include "storage.h"
#include "thrum/crc16.h"
#include "thrum/progmem.h"
#include "thrum/stored_baseline.h"
#include "thrum/telemetry.h"

namespace thrum {
namespace learned {
namespace {

StoredBaseline<Storage> stored;
uint32_t rate_hz;
bool lasting;

// The sensor's name and axes.
uint16_t Sensor() {
  uint16_t crc = Crc16Step(UINT16_MAX, sampler::Axes());
  const char* name = sampler::Name();
  for (char c = FlashRead(name); c != '\0'; c = FlashRead(++name)) {
    crc = Crc16Step(crc, static_cast<uint8_t>(c));
  }
  return crc;
}

RecordOwner Owner() { return {model::kHash(), Sensor(), rate_hz, model::kBands}; }

}  // namespace

void Restore(uint32_t rate) {
  rate_hz = rate;
  lasting = Storage::Begin();
  const Stored verdict =
      stored.Restore(Owner(), &pipeline::Machine(), &pipeline::BaselineWindows());
  Line& line = EmptyLine();
  line.Text(THRUM_TEXT("# baseline: ")).Text(Explain(verdict));
  if (!lasting) {
    line.Text(THRUM_TEXT("; storage is volatile"));
  }
  WriteLine(line.c_str());
}

void Save() {
  stored.Begin();
  Continue();
}

void Continue() {
  if (!stored.busy()) {
    return;
  }
  const RecordOwner owner = Owner();
  uint16_t left = Storage::BytesAtOnce();
  while (left != 0 && stored.Step(owner, pipeline::Machine(), pipeline::BaselineWindows())) {
    --left;
  }
}

void Stop() { stored.Cancel(); }

void Forget() { stored.Erase(); }

}  // namespace learned
}  // namespace thrum
