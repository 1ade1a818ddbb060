#include "raw_stream.h"

#include <stdint.h>

#include "console.h"
#include "line.h"
#include "model_params.h"
#include "pipeline.h"
#include "sampler.h"
#include "thrum/progmem.h"
#include "thrum/protocol.h"
#include "thrum/telemetry.h"

namespace thrum {
namespace {

uint16_t sequence;

void SendSamples(const int16_t* samples, uint8_t count) {
  Line& line = EmptyLine();
  line.Text(THRUM_TEXT("!r ")).Number(sequence++).Character(' ');
  AppendBase64(samples, static_cast<uint8_t>(count * sizeof(int16_t)), &line);
  Seal(&line);
  WriteLine(line.c_str());
}

void SendLost() {
  Line& line = EmptyLine();
  line.Text(THRUM_TEXT("!lost ")).Number(sampler::Lost());
  Seal(&line);
  WriteLine(line.c_str());
}

}  // namespace

void RestartRawStream() { sequence = 0; }

Status StreamWindow() {
  bool lost = false;
  for (uint8_t axis = 0; axis < sampler::Axes(); ++axis) {
    const Status status = sampler::Read(axis, pipeline::Window());
    if (status != Status::kOk && status != Status::kSamplesLost) {
      return status;
    }
    lost = lost || status == Status::kSamplesLost;
    if (lost && axis == 0) {
      SendLost();
    }
    const int16_t* from = pipeline::Window() + model::kWindow - model::kHop;
    for (uint16_t left = model::kHop; left != 0;) {
      const uint8_t count =
          static_cast<uint8_t>(left < kSamplesPerRawLine ? left : kSamplesPerRawLine);
      SendSamples(from, count);
      from += count;
      left = static_cast<uint16_t>(left - count);
    }
  }
  return Status::kOk;
}

}  // namespace thrum
