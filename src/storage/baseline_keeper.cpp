#include "storage/baseline_keeper.h"

#include "console/output.h"
#include "model_params.h"
#include "pipeline.h"
#include "samplers/sampler.h"
#include "settings.h"
#include "storage/storage.h"
#include "thrum/core/crc16.h"
#include "thrum/core/line.h"
#include "thrum/core/progmem.h"
#include "thrum/detection/baseline_store.h"

namespace thrum {
namespace baseline_keeper {
namespace {

BaselineStore<Storage> stored;

// The sensor's name and axes.
uint16_t Sensor() {
  uint16_t crc = Crc16Step(UINT16_MAX, sampler::Axes());
  const char* name = sampler::Name();
  for (char c = FlashRead(name); c != '\0'; c = FlashRead(++name)) {
    crc = Crc16Step(crc, static_cast<uint8_t>(c));
  }
  return crc;
}

// Everything but the sequence.
void Describe(RecordHeader* header) {
  header->version = kRecordVersion;
  const char* name = model::kHash();
  for (char& character : header->model) {
    character = FlashRead(name++);
  }
  header->sensor = Sensor();
  header->rate_hz = settings::RateHz();
  header->windows = pipeline::BaselineWindows();
  header->bands = model::kBands;
  header->states = pipeline::Machine().ready();
}

}  // namespace

void Restore() {
  stored.Cancel();
  const bool lasting = Storage::Begin();
  RecordHeader mine;
  Describe(&mine);
  uint16_t windows = 0;
  const Stored verdict = stored.Find(mine, &windows);
  if (verdict == Stored::kRestored) {
    stored.Load(&pipeline::Restore(windows));
  }
  Line& line = EmptyLine();
  line.Text(THRUM_TEXT("# baseline: ")).Text(Explain(verdict));
  if (!lasting) {
    line.Text(THRUM_TEXT("; storage is volatile"));
  }
  PutLine();
}

void Save() { stored.Begin(); }

void Continue() {
  if (!stored.busy()) {
    return;
  }
  RecordHeader header;
  Describe(&header);
  uint16_t left = Storage::BytesAtOnce();
  while (left != 0 && stored.Step(header, pipeline::Machine())) {
    --left;
  }
}

void Stop() { stored.Cancel(); }

void Forget() { stored.Erase(); }

}  // namespace baseline_keeper
}  // namespace thrum
