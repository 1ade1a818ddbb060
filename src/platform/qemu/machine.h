#pragma once

// Registers of QEMU's mps2-an386 that the firmware uses. Application note 386; the clock is 25 MHz.

#include <stdint.h>

namespace thrum {
namespace machine {

constexpr uint32_t kClockHz = 25000000;

struct Uart {
  volatile uint32_t data;
  volatile uint32_t state;    // bit 0: transmitter full, bit 1: a byte was received
  volatile uint32_t control;  // bit 0: transmitter on, bit 1: receiver on, bit 3: its interrupt
  volatile uint32_t interrupt;
  volatile uint32_t divider;  // at least 16
};

struct Timer {
  volatile uint32_t control;  // bit 0: on
  volatile uint32_t value;    // counts down
  volatile uint32_t reload;
  volatile uint32_t interrupt;
};

struct SysTick {
  volatile uint32_t control;  // bit 0: on, bit 1: its interrupt, bit 2: processor clock
  volatile uint32_t reload;
  volatile uint32_t value;
};

inline Uart& Uart0() { return *reinterpret_cast<Uart*>(0x40004000); }
inline SysTick& SysTick0() { return *reinterpret_cast<SysTick*>(0xE000E010); }
inline volatile uint32_t& InterruptEnable() { return *reinterpret_cast<uint32_t*>(0xE000E100); }
inline volatile uint32_t& InterruptClear() { return *reinterpret_cast<uint32_t*>(0xE000E280); }
inline volatile uint32_t& SystemControl() { return *reinterpret_cast<uint32_t*>(0xE000ED04); }
inline Timer& Timer0() { return *reinterpret_cast<Timer*>(0x40000000); }

// Sleeps until a byte arrives, at most 1 ms. Polling would keep the simulator from receiving.
void Doze();

// Clock ticks since start-up; call it at least every 171 s.
uint64_t Ticks();

}  // namespace machine
}  // namespace thrum
