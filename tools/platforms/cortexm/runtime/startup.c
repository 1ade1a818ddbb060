// Start-up of a bare-metal Cortex-M4F: vectors, memory, FPU, constructors, and a fault report.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// From the linker script.
extern uint32_t stack_top[], data_load[], data_start[], data_end[], bss_start[], bss_end[];
extern int main(void);
extern void __libc_init_array(void);

void _init(void) {}
void _fini(void) {}

void Reset(void) {
  volatile uint32_t* const cpacr = (volatile uint32_t*)0xE000ED88;
  *cpacr |= 0xFu << 20;  // full access to the FPU
  __asm volatile("dsb\n isb" ::: "memory");
  for (uint32_t *from = data_load, *to = data_start; to < data_end;) {
    *to++ = *from++;
  }
  for (uint32_t* to = bss_start; to < bss_end;) {
    *to++ = 0;
  }
  __libc_init_array();
  exit(main());
}

// Says where the program was, then ends the simulation with an error. frame is what the processor
// stacked: r0 to r3, r12, lr, pc, xPSR.
__attribute__((used)) static void ReportFault(const uint32_t* frame) {
  const uint32_t cfsr = *(volatile uint32_t*)0xE000ED28;  // configurable fault status
  printf("# fault: pc 0x%08x, lr 0x%08x, CFSR 0x%08x\n", (unsigned)frame[6], (unsigned)frame[5],
         (unsigned)cfsr);
  exit(EXIT_FAILURE);
}

__attribute__((naked)) static void Fault(void) { __asm("mrs r0, msp\n b ReportFault"); }

typedef void (*Handler)(void);

__attribute__((section(".vectors"), used)) static const Handler kVectors[16] = {
    (Handler)stack_top,
    Reset,
    Fault,
    Fault,
    Fault,
    Fault,
    Fault,
    0,
    0,
    0,
    0,
    Fault,
    Fault,
    0,
    Fault,
    Fault,
};
