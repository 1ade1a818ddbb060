#include "console/console.h"

#include "platform/qemu/machine.h"

namespace thrum {
namespace machine {

uint64_t Ticks() {
  static uint32_t last = 0;
  static uint64_t ticks = 0;
  if (Timer0().control == 0) {
    Timer0().reload = UINT32_MAX;
    Timer0().value = UINT32_MAX;
    Timer0().control = 1;
  }
  const uint32_t now = UINT32_MAX - Timer0().value;
  ticks += static_cast<uint32_t>(now - last);
  last = now;
  return ticks;
}

// Interrupts stay masked: a pending one wakes the processor all the same, and needs no handler.
void Doze() {
  constexpr uint32_t kUart0Received = 1;
  constexpr uint32_t kClearSysTick = 1u << 25;
  __asm volatile("cpsid i");
  SysTick0().reload = kClockHz / 1000;
  SysTick0().control = 7;
  InterruptEnable() = kUart0Received;
  __asm volatile("wfi");
  SystemControl() = kClearSysTick;
  Uart0().interrupt = 2;
  InterruptClear() = kUart0Received;
}

namespace {

void Enable() {
  Uart0().divider = 16;
  Uart0().control = 3 | 8;
}

bool Received() { return (Uart0().state & 2) != 0; }

void Write(char character) {
  while (Uart0().state & 1u) {
  }
  Uart0().data = static_cast<uint8_t>(character);
}

}  // namespace
}  // namespace machine

void WriteLine(const char* line) {
  machine::Enable();
  for (; *line != '\0'; ++line) {
    machine::Write(*line);
  }
  machine::Write('\n');
}

int16_t ReadByte() {
  machine::Enable();
  if (!machine::Received()) {
    machine::Doze();
  }
  return machine::Received() ? static_cast<uint8_t>(machine::Uart0().data) : -1;
}

uint16_t Milliseconds() {
  return static_cast<uint16_t>(machine::Ticks() / (machine::kClockHz / 1000));
}

}  // namespace thrum
