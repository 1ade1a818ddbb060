// An analog accelerometer under a timer, with a converter and a clock that the suite plays: samples
// keep their places in time, and the sampler refuses, counts and recovers as with any other sensor.

#include <string.h>

#include <string>

#include "../../src/samplers/analog/analog.cpp"
#include "../../src/samplers/imu/collector.cpp"
#include "../../src/samplers/imu/sampler.cpp"
#include "../expect_status.h"
#include "../unity_main.h"
#include "machine.h"
#include "thrum/dsp/features.h"

using namespace thrum;
using namespace thrum::imu;

Machine machine;

unsigned long micros() {
  machine.Pass(machine.look_us);
  return machine.now_us;
}

namespace {

std::string said;
int16_t samples[model::kWindow];

constexpr uint32_t kRate = 3200;
constexpr uint32_t kPeriod = 313;  // of 312.5

// 0 g and 64 counts more with each tick: 12 bits of a 16-bit converter, as all converters here.
uint16_t Ramp(uint32_t tick) { return static_cast<uint16_t>(32768 + tick % 64 * 16); }
int16_t RampCounts(uint32_t tick) { return static_cast<int16_t>(tick % 64 * 5); }

uint16_t Middle(uint32_t) { return 32768; }
uint16_t Grounded(uint32_t) { return 0; }

void BeginAndExpect(Status expected) { ExpectStatus(expected, sampler::Begin(kRate)); }

}  // namespace

namespace thrum {

void WriteLine(const char* line) { said = line; }

namespace imu {
namespace adc {

uint32_t MaxRate() { return 4000; }

bool Start(uint32_t period_us, Take take) {
  TEST_ASSERT_EQUAL_MESSAGE(0, machine.period_us, "started twice");
  machine.period_us = machine.refuses ? 0 : period_us;
  machine.take = take;
  machine.due_us = machine.now_us + period_us;
  machine.ticks = 0;
  return !machine.refuses;
}

void Stop() { machine.period_us = 0; }

uint16_t ShareOfSupply(uint16_t value) { return value; }

}  // namespace adc
}  // namespace imu
}  // namespace thrum

namespace {

void StatesRateAndBandwidth() {
  BeginAndExpect(Status::kOk);
  TEST_ASSERT_EQUAL(kPeriod, machine.period_us);
  TEST_ASSERT_EQUAL_STRING("# sensor:analog measured_hz:3195 nominal_hz:3200 bandwidth_hz:50",
                           said.c_str());
  TEST_ASSERT_EQUAL(1, sampler::Axes());
}

void RefusesRatesThatItCannotKeep() {
  for (const uint32_t rate : {0u, 99u, 4001u, 1000000u}) {
    ExpectStatus(Status::kRateMismatch, driver::Open(rate));
    TEST_ASSERT_EQUAL(0, driver::Bandwidth(rate));
    TEST_ASSERT_EQUAL(0, machine.period_us);
  }
  ExpectStatus(Status::kOk, driver::Open(4000));
  ExpectStatus(Status::kOk, driver::Open(100));
}

void RefusesATimerThatRunsAtAnotherRate() {
  machine.slowness = 2;
  BeginAndExpect(Status::kRateMismatch);
  TEST_ASSERT_EQUAL_STRING("# sensor:analog measured_hz:1597 nominal_hz:3200 bandwidth_hz:50",
                           said.c_str());
}

void SaysThatThereIsNoConverter() {
  machine.refuses = true;
  BeginAndExpect(Status::kSourceMissing);
}

void DeliversWindowsWithoutASeam() {
  BeginAndExpect(Status::kOk);
  machine.latency_us = kPeriod / 2 - 1;
  uint32_t next = 0;
  for (int window = 0; window < 40; ++window) {
    ExpectStatus(Status::kOk, sampler::Read(0, samples));
    next = window == 0 ? static_cast<uint32_t>(samples[0] / 5) : next;
    for (int i = 0; i < model::kWindow; ++i) {
      TEST_ASSERT_EQUAL_INT16(RampCounts(next + static_cast<uint32_t>(i)), samples[i]);
    }
    next += model::kHop;
    machine.Pass(50000);  // the window is judged and reported meanwhile
  }
  TEST_ASSERT_EQUAL(0, sampler::Lost());
}

void CountsTicksThatNeverCame() {
  BeginAndExpect(Status::kOk);
  machine.drop_every = 1000;
  const uint32_t before = machine.ticks / machine.drop_every;
  int gaps = 0;
  for (int window = 0; window < 40; ++window) {
    const Status status = sampler::Read(0, samples);
    TEST_ASSERT_TRUE(status == Status::kOk || status == Status::kSamplesLost);
    gaps += status == Status::kSamplesLost ? 1 : 0;
  }
  const uint32_t dropped = machine.ticks / machine.drop_every - before;
  TEST_ASSERT_GREATER_THAN(5, dropped);
  TEST_ASSERT_EQUAL(dropped, sampler::Lost());
  TEST_ASSERT_EQUAL(dropped, gaps);
}

void CountsWhatAFullRingLost() {
  BeginAndExpect(Status::kOk);
  const uint32_t before = machine.ticks;
  machine.Pass(1000000);
  ExpectStatus(Status::kSamplesLost, sampler::Read(0, samples));
  TEST_ASSERT_UINT32_WITHIN(kMaxFrames, machine.ticks - before - TimedRing::kCapacity,
                            sampler::Lost());
  const uint32_t lost = sampler::Lost();
  ExpectStatus(Status::kOk, sampler::Read(0, samples));
  TEST_ASSERT_EQUAL(lost, sampler::Lost());
}

void NoticesSilenceAndStartsAgain() {
  BeginAndExpect(Status::kOk);
  adc::Stop();
  while (driver::Drain(&drained) == Status::kOk && drained.count != 0) {
  }
  ExpectStatus(Status::kSensorSilent, sampler::Read(0, samples));
  ExpectStatus(Status::kOk, sampler::Read(0, samples));
}

void StartsAgainAfterABeginThatFailed() {
  BeginAndExpect(Status::kOk);
  machine.slowness = 2;
  BeginAndExpect(Status::kRateMismatch);
  ExpectStatus(Status::kSensorSilent, sampler::Read(0, samples));  // not samples of another rate
  machine.slowness = 1;
  ExpectStatus(Status::kOk, sampler::Read(0, samples));
}

Fault FaultOf(uint16_t (*voltage)(uint32_t)) {
  machine.voltage = voltage;
  BeginAndExpect(Status::kOk);
  ExpectStatus(Status::kOk, sampler::Read(0, samples));
  BandPower power;
  Clear(&power);
  return CheckSensor(AddWindow(model::kFeatures, samples, &power), model::kWindow);
}

void SickSensorsAreFaults() {
  TEST_ASSERT_TRUE(FaultOf(Ramp) == Fault::kNone);
  TEST_ASSERT_TRUE(FaultOf(Middle) == Fault::kStuck);
  TEST_ASSERT_TRUE(FaultOf(Grounded) == Fault::kSaturated);
}

void ScalesAndSaturates() {
  ExpectStatus(Status::kOk, driver::Open(kRate));
  const uint16_t values[] = {32768,         32768 + 6554,  32768 - 6554, 32768 + 23592,
                             32768 + 23593, 32768 - 23593, 65535,        0};
  const int16_t expected[] = {0, 2048, -2048, 7372, 32767, -32767, 32767, -32767};
  uint32_t now = 0;
  for (const uint16_t value : values) {
    machine.take(value < UINT16_MAX ? value : UINT16_MAX - 1, now += kPeriod);
  }
  ExpectStatus(Status::kOk, driver::Drain(&drained));
  TEST_ASSERT_EQUAL(8, drained.count);
  for (int i = 0; i < 8; ++i) {
    TEST_ASSERT_EQUAL_INT16(expected[i], drained.frames[i].axis[0]);
  }
}

// The collector takes a gap to be before what was drained.
void AGapEndsADrain() {
  ExpectStatus(Status::kOk, driver::Open(kRate));
  for (const uint32_t place : {0u, 1u, 4u, 5u, 7u}) {
    machine.take(32768, place * kPeriod);
  }
  const uint8_t counts[] = {2, 2, 1, 0};
  const uint32_t lost[] = {0, 2, 1, 0};
  for (int i = 0; i < 4; ++i) {
    ExpectStatus(Status::kOk, driver::Drain(&drained));
    TEST_ASSERT_EQUAL(counts[i], drained.count);
    TEST_ASSERT_EQUAL(lost[i], drained.lost);
    TEST_ASSERT_EQUAL(lost[i] != 0, drained.overrun);
  }
}

TimedRing places;

// What is in the ring: a digit per sample, a dot per lost one before a sample.
std::string Content() {
  std::string content;
  TimedRing::Sample sample;
  while (places.Take(&sample)) {
    content.append(sample.lost, '.');
    content += static_cast<char>('0' + sample.value);
  }
  return content;
}

void SamplesKeepTheirPlacesInTime() {
  places.Begin(100);
  const uint32_t start = UINT32_MAX - 250;  // the clock wraps
  const uint32_t times[] = {0, 149, 160, 300, 600, 601, 602, 700, 851};
  for (uint16_t i = 0; i < 9; ++i) {
    places.Add(i, start + times[i]);
  }
  // 160 makes up for nothing: it is the tick of 200. 601 and 602 are late for places gone by. 851 is
  // nearer to 900.
  TEST_ASSERT_EQUAL_STRING("0123..47.8", Content().c_str());
}

void ALossIsRememberedUntilASampleFollows() {
  places.Begin(100);
  places.Add(1, 0);
  TEST_ASSERT_EQUAL_STRING("1", Content().c_str());
  places.Add(2, 300);
  TEST_ASSERT_EQUAL_STRING("..2", Content().c_str());
}

void AStallLongerThanTheRingIsCounted() {
  places.Begin(100);
  places.Add(1, 0);
  places.Add(2, 1000000);
  TimedRing::Sample sample;
  TEST_ASSERT_TRUE(places.Take(&sample));
  TEST_ASSERT_EQUAL(2, sample.value);
  TEST_ASSERT_EQUAL(10000, sample.lost);  // with the first, which had to make room
}

}  // namespace

void setUp() {
  machine = Machine();
  machine.voltage = Ramp;
}
void tearDown() {}

void RunTests() {
  RUN_TEST(StatesRateAndBandwidth);
  RUN_TEST(RefusesRatesThatItCannotKeep);
  RUN_TEST(RefusesATimerThatRunsAtAnotherRate);
  RUN_TEST(SaysThatThereIsNoConverter);
  RUN_TEST(DeliversWindowsWithoutASeam);
  RUN_TEST(CountsTicksThatNeverCame);
  RUN_TEST(CountsWhatAFullRingLost);
  RUN_TEST(NoticesSilenceAndStartsAgain);
  RUN_TEST(StartsAgainAfterABeginThatFailed);
  RUN_TEST(SickSensorsAreFaults);
  RUN_TEST(ScalesAndSaturates);
  RUN_TEST(AGapEndsADrain);
  RUN_TEST(SamplesKeepTheirPlacesInTime);
  RUN_TEST(ALossIsRememberedUntilASampleFollows);
  RUN_TEST(AStallLongerThanTheRingIsCounted);
}
