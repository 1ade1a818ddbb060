// A whole network on a Cortex-M4: tools/bench/bench_models.py makes model_aot.h and inputs.h, builds
// this and runs it on QEMU with -icount shift=0: 40 instructions are one tick of the SysTick timer.
// Without BENCH_WITH_ENGINE it is the same program without the network.

#include <stdint.h>
#include <stdio.h>

#include "inputs.h"

#if defined(BENCH_WITH_ENGINE)
#include "model_aot.h"

namespace {

volatile uint32_t* const kSysTick = reinterpret_cast<volatile uint32_t*>(0xE000E010);
constexpr uint32_t kPaint = 0xA5A5A5A5;
constexpr uint32_t kPainted = 8192;  // words below the caller

// The values of every layer as one number, which the host computes as well.
struct Checksums {
  template <typename T>
  void operator()(uint16_t, const T* values, uint32_t count) const {
    const uint8_t* bytes = reinterpret_cast<const uint8_t*>(values);
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count * sizeof(T); ++i) {
      sum = sum * 31 + bytes[i];
    }
    printf(" %lu", static_cast<unsigned long>(sum));
  }
};

#define RUN thrum::aot::Engine::Run(BENCH_INPUTS, output)
BENCH_OUTPUT output[thrum::aot::kOutputSize];

__attribute__((noinline)) uint32_t Instructions(uint32_t row) {
  kSysTick[1] = 0xFFFFFF;
  kSysTick[2] = 0;
  kSysTick[0] = 5;  // counts the processor's clock, no interrupt
  if (RUN != thrum::Status::kOk) {
    return 0;
  }
  return (0xFFFFFF - kSysTick[2]) * 40;
}

__attribute__((noinline)) uint32_t Stack(uint32_t row) {
  volatile uint32_t* top;
  __asm volatile("mov %0, sp" : "=r"(top));
  for (uint32_t i = 1; i <= kPainted; ++i) {
    top[-static_cast<int32_t>(i)] = kPaint;
  }
  (void)RUN;
  uint32_t words = kPainted;
  while (words != 0 && top[-static_cast<int32_t>(words)] == kPaint) {
    --words;
  }
  return words * 4;
}

}  // namespace

int main() {
  uint32_t cost[kRows][2];
  for (uint32_t row = 0; row < kRows; ++row) {
    cost[row][0] = Instructions(row);
    cost[row][1] = Stack(row);
  }
  (void)thrum::aot::Engine::Begin();  // a network may remember the runs before
  for (uint32_t row = 0; row < kRows; ++row) {
    printf("%lu %lu", static_cast<unsigned long>(cost[row][0]),
           static_cast<unsigned long>(cost[row][1]));
    thrum::aot::RunProbed(BENCH_INPUTS, output, Checksums());
    printf("\n");
  }
  return 0;
}
#else
int main() {
  const void* volatile inputs[] = {BENCH_ALL_INPUTS};  // both programs hold all of them
  printf("%d\n", inputs[0] != nullptr);
  return 0;
}
#endif
