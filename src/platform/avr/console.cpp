// Serial line and LED of the ATmega328P on its registers. 115,200 baud are 117,647, as on Arduino.

#include "console/console.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>
#include <util/delay.h>

#include "platform/hardware.h"

namespace thrum {
namespace {

constexpr uint8_t kLed = PORTB5;

constexpr uint32_t kBaud = THRUM_BAUD;
constexpr uint32_t kDivisor = (F_CPU / 8 + kBaud / 2) / kBaud;
constexpr uint32_t kRealBaud = F_CPU / 8 / kDivisor;
static_assert(
    kDivisor <= 4096 && kRealBaud < kBaud + kBaud / 40 && kBaud < kRealBaud + kRealBaud / 40,
    "monitor_speed: the ATmega328P has no rate within 2.5 % of it; 115200, 250000, 500000");

volatile uint16_t milliseconds;

// Powers of two. A window takes 10 ms, in which 115 characters may arrive; hosts wait for answers.
constexpr uint8_t kReceived = 32;
constexpr uint8_t kSent = 32;

volatile char received[kReceived];
volatile uint8_t received_head;
volatile uint8_t received_tail;
volatile char sent[kSent];
volatile uint8_t sent_head;
volatile uint8_t sent_tail;

uint8_t Next(uint8_t index, uint8_t size) { return static_cast<uint8_t>((index + 1) & (size - 1)); }

void Put(char character) {
  const uint8_t next = Next(sent_head, kSent);
  while (next == sent_tail) {
  }
  sent[sent_head] = character;
  sent_head = next;
  UCSR0B |= _BV(UDRIE0);
}

}  // namespace

void BeginHardware() {
  TCCR0A = _BV(WGM01);
  TCCR0B = _BV(CS01) | _BV(CS00);
  OCR0A = F_CPU / 64 / 1000 - 1;
  TIMSK0 = _BV(OCIE0A);
  UCSR0A = _BV(U2X0);
  UBRR0 = kDivisor - 1;
  UCSR0B = _BV(RXCIE0) | _BV(RXEN0) | _BV(TXEN0);
  DDRB |= _BV(kLed);
}

void Light(bool on) {
  if (on) {
    PORTB |= _BV(kLed);
  } else {
    PORTB &= static_cast<uint8_t>(~_BV(kLed));
  }
}

void Pause(uint16_t milliseconds) {
  for (; milliseconds != 0; --milliseconds) {
    _delay_ms(1);
  }
}

void WriteLine(const char* line) {
  while (*line != '\0') {
    Put(*line++);
  }
  Put('\r');
  Put('\n');
}

int16_t ReadByte() {
  const uint8_t tail = received_tail;
  if (tail == received_head) {
    return -1;
  }
  const char character = received[tail];
  received_tail = Next(tail, kReceived);
  return static_cast<uint8_t>(character);
}

uint16_t Milliseconds() {
  uint16_t now = 0;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { now = milliseconds; }
  return now;
}

}  // namespace thrum

ISR(TIMER0_COMPA_vect) { thrum::milliseconds = thrum::milliseconds + 1; }

ISR(USART_RX_vect) {
  const char character = static_cast<char>(UDR0);
  const uint8_t next = thrum::Next(thrum::received_head, thrum::kReceived);
  if (next != thrum::received_tail) {
    thrum::received[thrum::received_head] = character;
    thrum::received_head = next;
  }
}

ISR(USART_UDRE_vect) {
  const uint8_t tail = thrum::sent_tail;
  if (tail == thrum::sent_head) {
    UCSR0B &= static_cast<uint8_t>(~_BV(UDRIE0));
    return;
  }
  UDR0 = static_cast<uint8_t>(thrum::sent[tail]);
  thrum::sent_tail = thrum::Next(tail, thrum::kSent);
}
