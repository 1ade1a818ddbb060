#include "commands.h"

#include <string.h>

#include "board.h"
#include "console.h"
#include "engine.h"
#include "learned.h"
#include "line.h"
#include "model_params.h"
#include "pipeline.h"
#include "raw_stream.h"
#include "sampler.h"
#include "thrum/progmem.h"
#include "thrum/protocol.h"
#include "thrum/telemetry.h"

namespace thrum {
namespace {

constexpr uint16_t kFewestWindows = 16;  // of a baseline
constexpr uint16_t kMostWindows = 4096;

LineReader reader;
Mode mode = Mode::kJudge;
uint16_t fed_at_ms;
uint16_t filled;  // samples of the window that the host has sent

void Send(Line* line) {
  Seal(line);
  WriteLine(line->c_str());
}

void SendError(LineError error) {
  Line& line = EmptyLine();
  line.Field(THRUM_TEXT("!error "), static_cast<uint8_t>(error));
  line.Character(' ').Text(Explain(error));
  Send(&line);
}

void SendIdentity() {
  Line& line = EmptyLine();
  line.Text(THRUM_TEXT("!id engine:")).Text(Engine::Name());
  line.Text(THRUM_TEXT(" model:")).Text(model::kHash());
  line.Text(THRUM_TEXT(" board:")).Text(BoardName());
  line.Field(THRUM_TEXT(" arena:"), static_cast<uint32_t>(Engine::ArenaUsed()));
  Send(&line);
}

void SendSource(uint32_t rate_hz) {
  Line& line = EmptyLine();
  line.Field(THRUM_TEXT("!source rate_hz:"), rate_hz);
  line.Field(THRUM_TEXT(" axes:"), sampler::Axes());
  line.Field(THRUM_TEXT(" window:"), model::kWindow);
  line.Field(THRUM_TEXT(" hop:"), model::kHop);
  line.Field(THRUM_TEXT(" bands:"), model::kBands);
  line.Field(THRUM_TEXT(" mg_q12:"), model::kMilliGPerCountQ12);
  line.Text(THRUM_TEXT(" sensor:")).Text(sampler::Name());
  Send(&line);
}

void SendStatus() {
  Line& line = EmptyLine();
  line.Text(THRUM_TEXT("!status state:"));
  line.Number(static_cast<uint8_t>(pipeline::CurrentState()));
  line.Field(THRUM_TEXT(" learned:"), pipeline::Learned());
  line.Field(THRUM_TEXT(" learn:"), pipeline::BaselineWindows());
  line.Field(THRUM_TEXT(" at:"), pipeline::Machine().present());
  line.Field(THRUM_TEXT(" states:"), pipeline::Machine().ready());
  line.Field(THRUM_TEXT(" mean:"), pipeline::MeanScore());
  line.Field(THRUM_TEXT(" lost:"), sampler::Lost());
  line.Field(THRUM_TEXT(" mode:"), static_cast<uint8_t>(mode));
  Send(&line);
}

void SendBinary(char type, const void* bytes, uint8_t size) {
  Line& line = EmptyLine();
  line.Character('!').Character(type).Character(' ');
  AppendBase64(bytes, size, &line);
  Send(&line);
}

Line& Signed(int8_t value, Line* line) {
  if (value < 0) {
    line->Character('-');
  }
  return line->Number(static_cast<uint8_t>(value < 0 ? -value : value));
}

void SendDecision(const pipeline::Judgement& judgement) {
  Line& line = EmptyLine();
  line.Text(THRUM_TEXT("!S "));
  if (judgement.judged) {
    Signed(judgement.scores[0], &line).Character(' ');
    Signed(judgement.scores[1], &line);
  } else {
    line.Text(THRUM_TEXT("- -"));
  }
  line.Character(' ').Number(judgement.mean_score);
  line.Character(' ').Number(static_cast<uint8_t>(judgement.state));
  line.Character(' ').Number(static_cast<uint8_t>(judgement.fault));
  line.Character(' ').Number(RmsDeviation(judgement.z, model::kBands));
  line.Character(' ').Number(judgement.rms_mg);
  Send(&line);
}

void SendNumber(const char* flash_text, uint32_t value) {
  Line& line = EmptyLine();
  line.Field(flash_text, value);
  Send(&line);
}

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
  memcpy(pipeline::Window() + offset, request.data, request.size);
  filled = static_cast<uint16_t>(offset + count);
  SendNumber(THRUM_TEXT("!w "), filled);
  return LineError::kNone;
}

bool WindowIsComplete() { return mode == Mode::kFed && filled == model::kWindow; }

LineError TakeAxis() {
  if (!WindowIsComplete()) {
    return LineError::kOrder;
  }
  filled = 0;
  pipeline::AddAxis(Fault::kNone);
  SendNumber(THRUM_TEXT("!a "), 0);
  return LineError::kNone;
}

LineError JudgeFed() {
  if (!WindowIsComplete()) {
    return LineError::kOrder;
  }
  filled = 0;
  pipeline::AddAxis(Fault::kNone);
  const pipeline::Judgement& judgement = pipeline::Judge();
  SendBinary('F', judgement.log_bands, sizeof(judgement.log_bands));
  SendBinary('Z', judgement.z, sizeof(judgement.z));
  SendDecision(judgement);
  return LineError::kNone;
}

// Out of line: its buffers would lie on the stack of every window.
[[gnu::noinline]] LineError RunEngine(const Request& request) {
  if (request.size != model::kBands) {
    return LineError::kForm;
  }
  int8_t features[model::kBands];
  int8_t scores[model::kClasses];
  memcpy(features, request.data, sizeof(features));
  if (Engine::Run(features, scores) != Status::kOk) {
    return LineError::kEngine;
  }
  Line& line = EmptyLine();
  line.Text(THRUM_TEXT("!f "));
  Signed(scores[0], &line).Character(' ');
  Signed(scores[1], &line);
  Send(&line);
  return LineError::kNone;
}

LineError Thresholds(const Request& request) {
  DetectorConfig& config = pipeline::Thresholds();
  if (request.count == 1) {
    return LineError::kForm;
  }
  if (request.count == 2) {
    const uint16_t raise = request.numbers[0];
    const uint16_t clear = request.numbers[1];
    if (raise == 0 || raise > 255 || clear > raise) {
      return LineError::kRange;
    }
    config.raise = static_cast<uint8_t>(raise);
    config.clear = static_cast<uint8_t>(clear);
  }
  Line& line = EmptyLine();
  line.Field(THRUM_TEXT("!t "), config.raise).Character(' ').Number(config.clear);
  Send(&line);
  return LineError::kNone;
}

LineError LearnAnew(const Request& request) {
  const uint16_t windows = request.count != 0 ? request.numbers[0] : pipeline::BaselineWindows();
  const uint16_t states = request.count == 2 ? request.numbers[1] : pipeline::OperatingStates();
  if (windows < kFewestWindows || windows > kMostWindows || states < 1 || states > kMostStates) {
    return LineError::kRange;
  }
  pipeline::OperatingStates() = static_cast<uint8_t>(states);
  pipeline::Learn(windows);
  learned::Stop();
  if (request.command == Command::kForget) {
    learned::Forget();
  }
  filled = 0;
  SendNumber(THRUM_TEXT("!learn "), windows);
  return LineError::kNone;
}

LineError SetRaw(uint16_t on) {
  if (on > 1) {
    return LineError::kRange;
  }
  mode = on == 1 ? Mode::kRaw : Mode::kJudge;
  RestartRawStream();
  SendNumber(THRUM_TEXT("!raw "), on);
  return LineError::kNone;
}

LineError Execute(const Request& request, uint32_t rate_hz) {
  switch (request.command) {
    case Command::kNone:
      return LineError::kNone;
    case Command::kIdentity:
      SendIdentity();
      SendSource(rate_hz);
      return LineError::kNone;
    case Command::kStatus:
      SendStatus();
      return LineError::kNone;
    case Command::kWindow:
      return TakeSamples(request);
    case Command::kAxis:
      return TakeAxis();
    case Command::kJudge:
      return JudgeFed();
    case Command::kFeatures:
      return RunEngine(request);
    case Command::kThresholds:
      return Thresholds(request);
    case Command::kLearn:
    case Command::kForget:
      return LearnAnew(request);
    case Command::kRaw:
      return SetRaw(request.numbers[0]);
  }
  return LineError::kUnknown;
}

}  // namespace

Mode ServeLine(uint32_t rate_hz) {
  for (int16_t byte = ReadByte(); byte >= 0; byte = ReadByte()) {
    if (!reader.Push(static_cast<char>(byte))) {
      continue;
    }
    Request request;
    LineError error = reader.Parse(&request);
    if (error == LineError::kNone) {
      error = Execute(request, rate_hz);
    }
    if (error != LineError::kNone) {
      SendError(error);
    } else if (mode == Mode::kFed) {
      fed_at_ms = Milliseconds();
    }
  }
  if (mode == Mode::kFed && static_cast<uint16_t>(Milliseconds() - fed_at_ms) > kFedTimeoutMs) {
    mode = Mode::kJudge;
  }
  return mode;
}

}  // namespace thrum
