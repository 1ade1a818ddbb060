#include "thrum/detection/operating_state.h"

#include "thrum/core/code_size.h"
#include "thrum/core/fixed_point.h"

namespace thrum {
namespace {

constexpr uint16_t kKnownFrom = 8;  // learned windows
constexpr uint8_t kConvincing = 8;  // surprises in a row
constexpr uint16_t kNearer = 128;   // Q8, hysteresis between states
constexpr uint16_t kFarthest = 60000;

}  // namespace

uint8_t CompleteLog2(uint8_t log2_most, uint16_t stride, uint32_t rate_hz) {
  uint8_t log2 = log2_most;
  // Twice as many windows last at most 41 s: 2^(log2 + 1) <= 512 * rate_hz / 3200, in integers.
  while (log2 < kMostLog2Windows && (stride >> (log2 + 1)) != 0 &&
         (UINT32_C(25) << (log2 + 1)) <= 4 * rate_hz) {
    ++log2;
  }
  return log2;
}

uint16_t ApartFor(uint16_t minutes, uint16_t grow, uint8_t log2_most, uint16_t hop,
                  uint32_t rate_hz) {
  const uint32_t apart = grow == 0 ? 0 : 60 * rate_hz / hop * minutes / grow;
  const uint16_t least = static_cast<uint16_t>(1u << log2_most);
  return apart > kFarthest ? kFarthest : apart > least ? static_cast<uint16_t>(apart) : least;
}

Operation::Operation(const BaselineConfig& baseline, const OperationConfig& config)
    : config_(config) {
  for (Baseline& state : states_) {
    state.Use(baseline);
  }
  Restore(1);
}

void Operation::Reset() {
  Restore(1);
  until_learned_ = config_.stride;
  states_[0].Reset();
}

void Operation::Interrupt() {
  smoothing_.Reset();
  recent_.Reset();
  sudden_ = 0;
}

void Operation::Restore(uint8_t count) {
  Interrupt();
  until_learned_ = config_.apart;
  present_ = 0;
  begun_ = count & 7u;
  expected_ = false;
  surprises_ = 0;
  low_ = false;
  quiet_ = 0;
  completed_ = false;
  growth_ = 0;
  unsure_ = 0;
}

THRUM_OUT_OF_LINE uint8_t Operation::ready() const {
  uint8_t count = 0;
  while (count < kMostStates && count < begun_ && states_[count].ready()) {
    ++count;
  }
  return count;
}

uint8_t Operation::Expect() {
  expected_ = begun_ < Wanted();
  return expected_ ? begun_ : uint8_t{0};
}

bool Operation::Known(uint8_t state) const {
  return state < begun_ && states_[state].learned() >= kKnownFrom;
}

bool Operation::Settled(uint8_t state) const {
  return Known(state) && states_[state].learned() >= RunIn(states_[state].config().windows);
}

uint8_t Operation::Wanted() const {
  return config_.states < kMostStates ? config_.states : kMostStates;
}

void Operation::Choose(uint16_t level) {
  if (kMostStates == 1 || states_[present()].learned() == 0) {
    return;
  }
  uint16_t best = Distance(level, states_[present()].Level());
  best = best > kNearer ? static_cast<uint16_t>(best - kNearer) : 0;
  for (uint8_t s = 0; s < kMostStates; ++s) {
    const bool has_level = s < begun_ && states_[s].learned() != 0;
    const uint16_t distance = has_level ? Distance(level, states_[s].Level()) : UINT16_MAX;
    if (distance < best) {
      best = distance;
      present_ = s;
    }
  }
}

bool Operation::Surprising(uint16_t level) const {
  if (!Known(present()) || low_) {
    return false;
  }
  const uint16_t usual = states_[present()].Level();
  if (!states_[present()].ready()) {
    return level > usual + config_.idle_drop || level + config_.idle_drop < usual;
  }
  return kMostStates != 1 && expected_ && Distance(level, usual) > config_.state_step;
}

// In place of the present state, or as the next one.
void Operation::BeginState() {
  if (kMostStates != 1 && states_[present()].ready()) {
    present_ = begun_++ & 7u;
    expected_ = false;
  } else {
    ++restarts_;
  }
  states_[present()].Reset();
  until_learned_ = config_.stride;
  surprises_ = 0;
}

// What a window of this level is to be; kJudged: to be learned or judged. Out of line: Take needs less
// of an ATmega328P's stack.
THRUM_OUT_OF_LINE Running Operation::Follow(uint16_t level, const uint16_t* recent) {
  if (AtRest(level, recent)) {
    surprises_ = 0;
    sudden_ = 0;
    return Running::kAtRest;
  }
  const uint8_t before = present();
  Choose(level);
  if (Surprising(level)) {
    if (++surprises_ == kConvincing) {
      BeginState();
    }
    return states_[present()].ready() ? Running::kGathering : Running::kLearning;
  }
  surprises_ = 0;
  if (before != present()) {
    Interrupt();
  }
  return Running::kJudged;
}

// Whether the present state must not grow now.
bool Operation::Blocked() const {
  const Baseline& state = states_[present()];
  const bool enough = kUnsure * (unsure_ + 1u) > state.took_in();
  return state.growing() && (growth_ > static_cast<uint8_t>(Growth::kDoubted) ||
                             (growth_ == static_cast<uint8_t>(Growth::kDoubted) && enough));
}

// log2 of the windows of a complete average, as the present state takes them.
uint8_t Operation::Log2Now() const {
  const Baseline& state = states_[present()];
  const bool near = state.growing() && !Blocked() && until_learned_ >> config_.log2_grown == 0;
  return near || state.grown() ? config_.log2_grown : config_.log2_windows;
}

// Whether the present state learns this window, or the average of which it is the last.
bool Operation::Due(bool averaged) {
  const Baseline& state = states_[present()];
  if (state.learned() < Dropped(state.config().windows)) {
    return true;
  }
  if (until_learned_ != 0) {
    --until_learned_;
  }
  const bool complete = !averaged || smoothing_.Covers(Log2Now());
  return until_learned_ == 0 && complete && !Blocked();
}

// A window of the present state, whose trial is not over.
void Operation::Learn(const uint16_t* log_bands, const uint16_t* averages, uint16_t rms) {
  Baseline& state = states_[present()];
  const bool grows = state.ready() && state.config().grow != 0;
  const bool averaged = grows || state.config().spread_per_deviation == kOfAverages;
  if (!Due(averaged)) {
    return;
  }
  if (state.growing() && growth_ != 0 && unsure_ != UINT8_MAX) {
    ++unsure_;
  }
  completed_ = state.Learn(averaged ? averages : log_bands, rms);
  until_learned_ = grows || state.growing() ? config_.apart : config_.stride;
}

// Counts how long a machine has been much louder than learned; needs a state that is ready.
THRUM_OUT_OF_LINE void Operation::Watch(const uint16_t* recent) {
  if (!recent_.Covers(kLog2Recent) || states_[present()].Louder(recent) < kSudden) {
    sudden_ = 0;
  } else if (sudden_ != kSuddenWindows) {
    ++sudden_;
  }
}

void Operation::Ease(const uint8_t* z, uint8_t most) {
  Baseline& state = states_[present()];
  if (!state.tried() && !state.growing()) {
    state.Ease(z, most, MostEased());
  }
}

Running Operation::Take(const uint16_t* log_bands, uint16_t rms, uint16_t* averages, uint8_t* z) {
  const uint8_t bands = states_[0].config().bands;
  completed_ = false;
  recent_.Take(log_bands, bands, kLog2Recent, averages);
  const Running running = Follow(Loudest(log_bands, bands), averages);
  if (running != Running::kJudged) {
    if (running == Running::kLearning) {
      Interrupt();
    }
    return running;
  }
  const Baseline& state = states_[present()];
  const bool ready = state.ready();
  if (ready) {
    Watch(averages);
  }
  smoothing_.Take(log_bands, bands, Log2Now(), averages);
  if (!state.tried()) {
    Learn(log_bands, averages, rms);
  }
  if (!ready) {
    return Running::kLearning;
  }
  if (!smoothing_.Covers(state.grown() ? config_.log2_grown : config_.log2_first) && !Sudden()) {
    return Running::kGathering;
  }
  state.Deviation(averages, z);
  return Running::kJudged;
}

}  // namespace thrum
