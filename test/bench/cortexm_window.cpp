// One complete window on a Cortex-M4, part by part, over the golden windows.
// tools/bench/bench_cortexm.py builds it with the target's kernels and with the portable ones and runs it on QEMU with
// -icount shift=8: an instruction takes 256 ns there, 6.4 ticks of the 25 MHz SysTick timer.

#include <stdio.h>

#include "parts.h"

namespace {

constexpr uint32_t kPaint = 0xA5A5A5A5;
constexpr uint16_t kPainted = 1024;  // words below the caller

volatile uint32_t* const kSysTick = reinterpret_cast<volatile uint32_t*>(0xE000E010);

using Part = void (*)();

__attribute__((naked, noinline)) void Nothing() { __asm("bx lr"); }

__attribute__((noinline)) uint32_t Ticks(Part part) {
  kSysTick[1] = 0xFFFFFF;
  kSysTick[2] = 0;
  kSysTick[0] = 5;  // counts the processor's clock, no interrupt
  part();
  return 0xFFFFFF - kSysTick[2];
}

// Instructions of one call, from the first to the return.
uint32_t Instructions(Part part) {
  const uint32_t overhead = Ticks(Nothing);
  return ((Ticks(part) - overhead) * 10 + 32) / 64 + 1;
}

// Bytes of stack below the call.
__attribute__((noinline)) uint32_t Stack(Part part) {
  volatile uint32_t* top;
  __asm volatile("mov %0, sp" : "=r"(top));
  for (uint16_t i = 1; i <= kPainted; ++i) {
    top[-i] = kPaint;
  }
  part();
  uint16_t words = kPainted;
  while (words != 0 && top[-words] == kPaint) {
    --words;
  }
  return words * UINT32_C(4);
}

void Measure(const char* name, Part part, const golden::Window& window) {
  Load(window);
  const uint32_t instructions = Instructions(part);
  Load(window);
  const uint32_t stack = Stack(part);
  printf("%s %lu %lu\n", name, static_cast<unsigned long>(instructions),
         static_cast<unsigned long>(stack));
}

}  // namespace

int main() {
  LearnAndFill();
  for (const golden::Window& window : golden::kWindowVectors) {
    Measure("features", bench_features, window);
    Measure("deviation", bench_deviation, window);
    Measure("inference", bench_inference, window);
    Measure("decision", bench_decision, window);
    Measure("window", bench_window, window);
  }
  return 0;
}
