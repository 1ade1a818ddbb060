// ADXL335 on the ATmega328P: X output at A0, supply and AREF at the Nano's 3V3 pin. Timer 1 starts
// each conversion without software in between, so that the rate has no jitter. The sensor's filter
// capacitor must let the band through: 3.3 nF for 1.5 kHz; the 100 nF of usual breakouts is 50 Hz.

#include <avr/interrupt.h>
#include <avr/io.h>
#include <string.h>
#include <util/atomic.h>

#include "model_params.h"
#include "samplers/sampler.h"
#include "settings.h"
#include "thrum/core/code_size.h"
#include "thrum/core/progmem.h"
#include "window.h"

namespace thrum {
namespace {

// The sensor is ratiometric to its supply Vs, which is also the converter's reference: 0 g is Vs / 2
// (512 steps of 1024) and 1 g is 300 mV at 3 V, which is Vs / 10 (102.4 steps). 1 g is 2048 counts,
// so a step is 20 counts. Beyond its typical range of 3.6 g a sample counts as clipped.
constexpr int16_t kZeroSteps = 512;
constexpr int16_t kCountsPerStep = 20;
constexpr int16_t kLimitSteps = 369;
constexpr int16_t kClipped = 32767;

static_assert(model::kMilliGPerCountQ12 == 2000, "kCountsPerStep holds for a full scale of 16 g");
static_assert(model::kHop == model::kWindow, "there is no room to keep a part of the last window");

// A conversion takes 13.5 cycles of 125 kHz: at most 9.2 kHz. The timer counts to 65536 at most.
constexpr uint32_t kLeastRateHz = F_CPU / 65536 + 1;
constexpr uint32_t kMostRateHz = 8000;

// Known here, so that nothing is divided or refused at run time.
constexpr uint32_t kRateHz = kDefaultSettings.rate_hz;
static_assert(kRateHz >= kLeastRateHz && kRateHz <= kMostRateHz,
              "change sample.rate_hz or set THRUM_RATE_HZ: 245 to 8000 Hz can be sampled");

// Holds what arrives while a window is judged and reported: 25 ms at 3.2 kHz, an alarm takes 22.
constexpr uint8_t kRingSize = 80;

volatile uint16_t ring[kRingSize];
volatile uint8_t head;  // next to be written, by the interrupt
volatile uint8_t tail;  // next to be read
volatile uint32_t lost;
volatile bool gap;  // samples were lost since the last window

uint16_t filled;  // samples of the window that have been collected

uint8_t Next(uint8_t index) { return index == kRingSize - 1 ? 0 : static_cast<uint8_t>(index + 1); }

int16_t Counts(uint16_t converted) {
  const int16_t steps = static_cast<int16_t>(static_cast<int16_t>(converted) - kZeroSteps);
  if (steps >= kLimitSteps) {
    return kClipped;
  }
  return steps <= -kLimitSteps ? -kClipped : static_cast<int16_t>(steps * kCountsPerStep);
}

void StartTimer() {
  TCCR1A = 0;
  TCCR1B = _BV(WGM12) | _BV(CS10);  // counts cycles up to OCR1A
  TIMSK1 = 0;
  OCR1A = static_cast<uint16_t>((F_CPU + kRateHz / 2) / kRateHz - 1);
  OCR1B = OCR1A / 2;
  TCNT1 = 0;
  TIFR1 = _BV(OCF1B);
}

void StartConverter() {
  DIDR0 = _BV(ADC0D);
  ADMUX = 0;                         // reference AREF, input A0
  ADCSRB = _BV(ADTS2) | _BV(ADTS0);  // started by compare match B of timer 1
  ADCSRA = _BV(ADEN) | _BV(ADATE) | _BV(ADIF) | _BV(ADIE) | _BV(ADPS2) | _BV(ADPS1) | _BV(ADPS0);
}

}  // namespace

namespace sampler {

THRUM_OUT_OF_LINE Status Begin(uint32_t) {
  ADCSRA = 0;
  head = 0;
  tail = 0;
  lost = 0;
  gap = false;
  filled = 0;
  StartTimer();
  StartConverter();
  return Status::kOk;
}

uint8_t Axes() { return 1; }

// Collects into the buffer of the window itself, as far as it is free: there is no RAM for another.
bool Ready() {
  int16_t* samples = window::Samples();
  const uint16_t limit = window::Free();
  while (filled < limit && tail != head) {
    samples[filled++] = Counts(ring[tail]);
    tail = Next(tail);
  }
  return filled == model::kWindow;
}

Status Read(uint8_t, int16_t* samples) {
  while (!Ready()) {
  }
  filled = 0;
  if (samples != window::Samples()) {
    memcpy(samples, window::Samples(), model::kWindow * sizeof(int16_t));
  }
  bool incomplete = false;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    incomplete = gap;
    gap = false;
  }
  return incomplete ? Status::kSamplesLost : Status::kOk;
}

const char* Name() { return THRUM_TEXT("ADXL335"); }

uint32_t Lost() {
  uint32_t count = 0;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { count = lost; }
  return count;
}

}  // namespace sampler
}  // namespace thrum

ISR(ADC_vect) {
  TIFR1 = _BV(OCF1B);  // the next match triggers again
  const uint16_t converted = ADC;
  const uint8_t next = thrum::Next(thrum::head);
  if (next == thrum::tail) {
    ++thrum::lost;
    thrum::gap = true;
    return;
  }
  thrum::ring[thrum::head] = converted;
  thrum::head = next;
}
