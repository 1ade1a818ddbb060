// Start-up of a bare-metal Cortex-M4F: vectors, memory, FPU, constructors, and a fault report.

#include <stdint.h>
#include <string.h>

// From the linker script.
extern uint32_t stack_top[], data_load[], data_start[], data_end[], bss_start[], bss_end[];
extern int main(void);
extern void __libc_init_array(void);
// syscalls.c. newlib's exit() would link its stdio: 312 B of RAM in newlib 4.5. What a program wrote
// is out by then, for its output counts as a terminal and goes line by line.
extern int _write(int file, const char* data, int size);
extern void _exit(int code) __attribute__((noreturn));

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
  _exit(main());
}

// A text and a number in hexadecimal. Without stdio: printf takes 6 KB of flash.
static void Say(const char* text, uint32_t number) {
  char digits[8];
  for (int i = 7; i >= 0; --i, number >>= 4) {
    digits[i] = "0123456789abcdef"[number & 15];
  }
  _write(1, text, (int)strlen(text));
  _write(1, digits, sizeof digits);
}

// Says where the program was, then ends the simulation with an error. frame is what the processor
// stacked: r0 to r3, r12, lr, pc, xPSR.
__attribute__((used)) static void ReportFault(const uint32_t* frame) {
  Say("# fault: pc 0x", frame[6]);
  Say(", lr 0x", frame[5]);
  Say(", CFSR 0x", *(volatile uint32_t*)0xE000ED28);  // configurable fault status
  _write(1, "\n", 1);
  _exit(1);
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
