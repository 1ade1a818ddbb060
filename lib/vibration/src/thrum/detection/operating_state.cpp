#include "thrum/detection/operating_state.h"

#include "thrum/core/code_size.h"
#include "thrum/core/fixed_point.h"

namespace thrum {
namespace {

constexpr uint16_t kKnownFrom = 8;  // learned windows
constexpr uint8_t kConvincing = 8;  // surprises in a row
constexpr uint16_t kWake = 256;     // Q8, hysteresis of the machine at rest
constexpr uint16_t kNearer = 128;   // Q8, hysteresis between states

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

Operation::Operation(const BaselineConfig& baseline, const OperationConfig& config)
    : config_(config) {
  for (Baseline& state : states_) {
    state.Use(baseline);
  }
  Restore(1);
}

void Operation::Reset() {
  Restore(1);
  states_[0].Reset();
}

void Operation::Interrupt() {
  smoothing_.Reset();
  recent_.Reset();
  sudden_ = 0;
}

void Operation::Restore(uint8_t count) {
  Interrupt();
  until_learned_ = config_.stride;
  present_ = 0;
  begun_ = count & 15u;
  surprises_ = 0;
  low_ = false;
  quiet_ = 0;
  completed_ = false;
}

THRUM_OUT_OF_LINE uint8_t Operation::ready() const {
  uint8_t count = 0;
  while (count < kMostStates && count < begun_ && states_[count].ready()) {
    ++count;
  }
  return count;
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

// Of a machine that is quiet: whether it stands still or runs down.
bool Operation::Silent(const uint16_t* recent) {
  const uint8_t bands = states_[0].config().bands;
  uint32_t sum = 0;
  for (uint8_t b = 0; b < bands; ++b) {
    sum += recent[b];
  }
  const uint16_t loudest = Loudest(recent, bands);
  const bool flat = loudest <= sum / bands + kFlat;
  if (quiet_ == 0 || (!flat && loudest + kWake < lowest_)) {
    lowest_ = loudest;
    quiet_ = 1;
  } else if (flat) {
    quiet_ = static_cast<uint8_t>(quiet_ - (quiet_ > 1));
  } else if (quiet_ != kQuiet) {
    ++quiet_;
  }
  return flat || quiet_ != kQuiet || !states_[present()].ready();
}

bool Operation::AtRest(uint16_t level, const uint16_t* recent) {
  uint16_t quietest = UINT16_MAX;
  for (uint8_t s = 0; s < kMostStates; ++s) {
    if (Settled(s)) {
      const uint16_t of_state = states_[s].Level();
      quietest = of_state < quietest ? of_state : quietest;
    }
  }
  const bool known = quietest != UINT16_MAX;
  const uint16_t wakes = static_cast<uint16_t>(known ? quietest + kWake : 0);
  const uint16_t least = static_cast<uint16_t>(level + config_.idle_drop);
  low_ = known && least < (low_ ? wakes : quietest);
  if (!low_ && Loudest(recent, states_[0].config().bands) + config_.idle_drop >= wakes) {
    quiet_ = 0;
  }
  return low_ && Silent(recent);
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
  return kMostStates != 1 && begun_ < Wanted() && Distance(level, usual) > config_.state_step;
}

// In place of the present state, or as the next one.
void Operation::BeginState() {
  if (kMostStates != 1 && states_[present()].ready()) {
    present_ = begun_++;
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

// A window of the present state, whose trial is not over.
void Operation::Learn(const uint16_t* log_bands, const uint16_t* averages, uint16_t rms) {
  Baseline& state = states_[present()];
  const bool apart = state.config().spread_per_deviation == kOfAverages;
  const bool complete = !apart || smoothing_.Covers(config_.log2_windows);
  if (state.learned() >= Dropped(state.config().windows)) {
    if (until_learned_ != 0) {
      --until_learned_;
    }
    if (until_learned_ != 0 || !complete) {
      return;
    }
    until_learned_ = config_.stride;
  }
  completed_ = state.Learn(apart ? averages : log_bands, rms);
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
  if (!state.tried()) {
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
  smoothing_.Take(log_bands, bands, config_.log2_windows, averages);
  if (!state.tried()) {
    Learn(log_bands, averages, rms);
  }
  if (!ready) {
    return Running::kLearning;
  }
  if (!smoothing_.Covers(config_.log2_first) && !Sudden()) {
    return Running::kGathering;
  }
  state.Deviation(averages, z);
  return Running::kJudged;
}

}  // namespace thrum
