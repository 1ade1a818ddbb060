#include "commands/commands.h"

#include <string.h>

#include "commands/answers.h"
#include "commands/raw_stream.h"
#include "console/console.h"
#include "model_params.h"
#include "pipeline.h"
#include "storage/baseline_keeper.h"
#include "thrum/core/code_size.h"
#include "thrum/core/progmem.h"
#include "thrum/protocol/requests.h"
#include "window.h"

namespace thrum {
namespace {

LineReader reader;
Mode mode = Mode::kJudge;
uint16_t heard_at_ms;  // the last line that was accepted
uint16_t filled;       // samples of the window that the host has sent

// Samples may come again, but not with a gap.
LineError TakeSamples(const Request& request) {
  const uint16_t offset = request.numbers[0];
  const uint16_t count = request.size / 2;
  if (request.size % 2 != 0) {
    return LineError::kForm;
  }
  if (offset > model::kWindow || count > model::kWindow - offset) {
    return LineError::kRange;
  }
  if (mode == Mode::kFed ? offset > filled : offset != 0) {
    return LineError::kOrder;
  }
  mode = Mode::kFed;
  memcpy(window::Samples() + offset, request.data, request.size);
  filled = static_cast<uint16_t>(offset + count);
  answer::Number(THRUM_TEXT("!w %"), filled);
  return LineError::kNone;
}

// last: of the window, which is then judged.
LineError TakeAxis(bool last) {
  if (mode != Mode::kFed || filled != model::kWindow) {
    return LineError::kOrder;
  }
  filled = 0;
  pipeline::AddAxis(Fault::kNone);
  if (last) {
    const uint16_t* const log_bands = pipeline::Measure();
    answer::LogBands(log_bands);
    answer::Judged(pipeline::Judge(log_bands, true));
  } else {
    answer::Number(THRUM_TEXT("!a %"), 0);
  }
  return LineError::kNone;
}

// Out of line: its buffers would lie on the stack of every window.
THRUM_OUT_OF_LINE LineError RunEngine(const Request& request) {
  if (request.size != model::kBands) {
    return LineError::kForm;
  }
  int8_t features[model::kBands];
  int8_t scores[model::kClasses];
  memcpy(features, request.data, sizeof(features));
  if (pipeline::Infer(features, scores) != Status::kOk) {
    return LineError::kEngine;
  }
  answer::Scores(scores);
  return LineError::kNone;
}

LineError Thresholds(const Request& request) {
  if (request.count == 1) {
    return LineError::kForm;
  }
  if (request.count == 2 && !pipeline::SetThresholds(request.numbers[0], request.numbers[1])) {
    return LineError::kRange;
  }
  answer::PresentThresholds();
  return LineError::kNone;
}

LineError LearnAnew(const Request& request) {
  const uint16_t windows = request.count != 0 ? request.numbers[0] : pipeline::BaselineWindows();
  const uint16_t states = request.count == 2 ? request.numbers[1] : pipeline::OperatingStates();
  if (!pipeline::Learn(windows, states)) {
    return LineError::kRange;
  }
  baseline_keeper::Stop();
  if (request.command == Command::kForget) {
    baseline_keeper::Forget();
  }
  filled = 0;
  answer::Number(THRUM_TEXT("!learn %"), windows);
  return LineError::kNone;
}

LineError NextState() {
  const uint8_t next = pipeline::ExpectState();
  if (next == 0) {
    return LineError::kRange;
  }
  answer::Number(THRUM_TEXT("!state %"), next);
  return LineError::kNone;
}

LineError SetRaw(uint16_t on) {
  if (on > 1) {
    return LineError::kRange;
  }
  mode = on == 1 ? Mode::kRaw : Mode::kJudge;
  RestartRawStream();
  answer::Number(THRUM_TEXT("!raw %"), on);
  return LineError::kNone;
}

LineError Execute(const Request& request) {
  switch (request.command) {
    case Command::kNone:
      return LineError::kNone;
    case Command::kIdentity:
      answer::Identity();
      return LineError::kNone;
    case Command::kStatus:
      answer::StatusOf(mode);
      return LineError::kNone;
    case Command::kVelocity:
      answer::Severity();
      return LineError::kNone;
    case Command::kWindow:
      return TakeSamples(request);
    case Command::kAxis:
    case Command::kJudge:
      return TakeAxis(request.command == Command::kJudge);
    case Command::kFeatures:
      return RunEngine(request);
    case Command::kThresholds:
      return Thresholds(request);
    case Command::kLearn:
    case Command::kForget:
      return LearnAnew(request);
    case Command::kRaw:
      return SetRaw(request.numbers[0]);
    case Command::kState:
      return kMostStates == 1 ? LineError::kUnknown : NextState();
  }
  return LineError::kUnknown;
}

void Serve() {
  Request request;
  LineError error = reader.Parse(&request);
  if (error == LineError::kNone) {
    error = Execute(request);
  }
  if (error != LineError::kNone) {
    answer::Error(error);
  } else {
    heard_at_ms = Milliseconds();
  }
}

bool HostIsGone() {
  const uint16_t silent_ms = static_cast<uint16_t>(Milliseconds() - heard_at_ms);
  return silent_ms > (mode == Mode::kFed ? kFedTimeoutMs : kRawTimeoutMs);
}

}  // namespace

THRUM_OUT_OF_LINE Mode ServeLine() {
  for (int16_t byte = ReadByte(); byte >= 0; byte = ReadByte()) {
    if (reader.Push(static_cast<char>(byte))) {
      Serve();
    }
  }
  if (mode != Mode::kJudge && HostIsGone()) {
    mode = Mode::kJudge;
  }
  return mode;
}

}  // namespace thrum
