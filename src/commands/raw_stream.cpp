#include "commands/raw_stream.h"

#include <stdint.h>

#include "console/output.h"
#include "model_params.h"
#include "samplers/sampler.h"
#include "thrum/core/base64.h"
#include "thrum/core/line.h"
#include "thrum/core/progmem.h"
#include "thrum/protocol/requests.h"
#include "window.h"

namespace thrum {
namespace {

uint16_t sequence;

void SendSamples(const int16_t* samples, uint8_t count) {
  Line& line = EmptyLine();
  line.Form(THRUM_TEXT("!r % ")).Number(sequence++);
  AppendBase64(samples, static_cast<uint8_t>(count * sizeof(int16_t)), &line);
  PutSealedLine();
}

void SendLost() {
  EmptyLine().Form(THRUM_TEXT("!lost %")).Number(sampler::Lost());
  PutSealedLine();
}

// Sends the new samples of the window. The sampler goes on collecting meanwhile: a window takes 69 ms
// at 115,200 baud. On the last axis it may overwrite what has been sent.
void SendAxis(bool last) {
  const int16_t* const samples = window::Samples();
  for (uint16_t sent = model::kWindow - model::kHop; sent != model::kWindow;) {
    const uint16_t left = static_cast<uint16_t>(model::kWindow - sent);
    const uint8_t count =
        static_cast<uint8_t>(left < kSamplesPerRawLine ? left : kSamplesPerRawLine);
    SendSamples(samples + sent, count);
    sent = static_cast<uint16_t>(sent + count);
    if (sent != model::kWindow) {
      window::SetFree(last ? sent : model::kWindow);
      (void)sampler::Ready();
    }
  }
  window::SetFree(model::kWindow);
}

}  // namespace

void RestartRawStream() { sequence = 0; }

Status StreamWindow() {
  bool lost = false;
  for (uint8_t axis = 0; axis < sampler::Axes(); ++axis) {
    const Status status = sampler::Read(axis, window::Samples());
    if (status == Status::kSensorSilent) {
      return Status::kOk;  // the host hears nothing; the next Read tries to wake the sensor
    }
    if (status != Status::kOk && status != Status::kSamplesLost) {
      return status;
    }
    lost = lost || status == Status::kSamplesLost;
    if (lost && axis == 0) {
      SendLost();
    }
    SendAxis(axis + 1 == sampler::Axes());
  }
  return Status::kOk;
}

}  // namespace thrum
