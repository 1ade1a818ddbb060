#include "commands/answers.h"

#include "console/output.h"
#include "identity.h"
#include "model_params.h"
#include "samplers/sampler.h"
#include "settings.h"
#include "thrum/core/base64.h"
#include "thrum/core/progmem.h"
#include "thrum/protocol/telemetry.h"

namespace thrum {
namespace answer {
namespace {

void Source() {
  Line& line = EmptyLine();
  line.Form(THRUM_TEXT("!source rate_hz:% axes:% window:% hop:% bands:% mg_q12:% sensor:%"));
  line.Number(settings::RateHz())
      .Number(sampler::Axes())
      .Number(model::kWindow)
      .Number(model::kHop);
  line.Number(model::kBands).Number(model::kMilliGPerCountQ12).Text(sampler::Name());
  PutSealedLine();
}

void Binary(char type, const void* bytes, uint8_t size) {
  Line& line = EmptyLine();
  line.Character('!').Character(type).Character(' ');
  AppendBase64(bytes, size, &line);
  PutSealedLine();
}

void Decision(const pipeline::Judgement& judgement) {
  Line& line = EmptyLine();
  line.Form(THRUM_TEXT("!S % % % % % % %"));
  if (judgement.judged) {
    line.Signed(judgement.scores[0]).Signed(judgement.scores[1]);
  } else {
    line.Text(THRUM_TEXT("-")).Text(THRUM_TEXT("-"));
  }
  line.Number(judgement.score);
  line.Number(static_cast<uint8_t>(judgement.state));
  line.Number(static_cast<uint8_t>(judgement.fault));
  line.Number(RmsDeviation(judgement.z, model::kBands)).Number(judgement.rms_mg);
  PutSealedLine();
}

// Of a bin, in Hz, rounded.
uint32_t Frequency(uint16_t bin) {
  return (bin * settings::RateHz() + model::kWindow / 2) / model::kWindow;
}

}  // namespace

void Error(LineError error) {
  Line& line = EmptyLine();
  line.Form(THRUM_TEXT("!error % %")).Number(static_cast<uint8_t>(error)).Text(Explain(error));
  PutSealedLine();
}

void Identity() {
  Line& line = EmptyLine();
  line.Text(THRUM_TEXT("!id "));
  AppendIdentity(&line);
  PutSealedLine();
  Source();
}

void StatusOf(Mode mode) {
  const Operation& machine = pipeline::Machine();
  Line& line = EmptyLine();
  line.Form(THRUM_TEXT(
      "!status state:% learned:% learn:% at:% states:% mean:% lost:% mode:% eased:% mm_s:% "
      "provisional:%"));
  line.Number(static_cast<uint8_t>(pipeline::CurrentState()));
  line.Number(pipeline::Learned()).Number(pipeline::BaselineWindows());
  line.Number(machine.present()).Number(machine.ready()).Number(pipeline::Score());
  line.Number(sampler::Lost()).Number(static_cast<uint8_t>(mode));
  line.Number(machine.baseline().Eased()).Fixed(pipeline::PresentSeverity().velocity, 8);
  line.Number(machine.baseline().left());
  PutSealedLine();
}

void Severity() {
  const pipeline::Severity& now = pipeline::PresentSeverity();
  const VelocityConfig& counted = pipeline::CountedVelocity();
  Line& line = EmptyLine();
  line.Form(THRUM_TEXT("!v mm_s:% peak_mg:% crest:% from_hz:% to_hz:%"));
  line.Fixed(now.velocity, 8).Number(pipeline::MilliG(now.peak));
  line.Fixed(now.rms == 0 ? 0 : (uint32_t{now.peak} << 8) / now.rms, 8);
  line.Number(Frequency(counted.first)).Number(Frequency(counted.last));
  PutSealedLine();
}

void Number(const char* form, uint16_t value) {
  EmptyLine().Form(form).Number(value);
  PutSealedLine();
}

void Scores(const int8_t* scores) {
  EmptyLine().Form(THRUM_TEXT("!f % %")).Signed(scores[0]).Signed(scores[1]);
  PutSealedLine();
}

void LogBands(const uint16_t* log_bands) { Binary('F', log_bands, 2 * model::kBands); }

void Judged(const pipeline::Judgement& judgement) {
  Binary('Z', judgement.z, sizeof(judgement.z));
  Decision(judgement);
}

void PresentThresholds() {
  const DetectorConfig& present = pipeline::Thresholds();
  EmptyLine().Form(THRUM_TEXT("!t % %")).Number(present.raise).Number(present.clear);
  PutSealedLine();
}

}  // namespace answer
}  // namespace thrum
