// newlib's system calls: characters over UART0, a heap for stdio, exit through semihosting.

#include <errno.h>
#include <stdint.h>
#include <sys/stat.h>

typedef struct {
  volatile uint32_t data;
  volatile uint32_t state;    // bit 0: transmitter full, bit 1: a byte was received
  volatile uint32_t control;  // bit 0: transmitter on, bit 1: receiver on
  volatile uint32_t interrupt;
  volatile uint32_t divider;  // at least 16
} CmsdkUart;

static CmsdkUart* const kUart0 = (CmsdkUart*)0x40004000;

static void EnableUart(void) {
  kUart0->divider = 16;
  kUart0->control = 3;
}

int _write(int file, const char* data, int size) {
  (void)file;
  EnableUart();
  for (int i = 0; i < size; ++i) {
    while (kUart0->state & 1u) {
    }
    kUart0->data = (uint8_t)data[i];
  }
  return size;
}

int _read(int file, char* data, int size) {
  (void)file;
  EnableUart();
  if (size <= 0) {
    return 0;
  }
  while (!(kUart0->state & 2u)) {
  }
  data[0] = (char)kUart0->data;
  return 1;
}

void* _sbrk(int increment) {
  extern char bss_end[], stack_top[];  // from the linker script
  static char* top = bss_end;
  const uintptr_t kStackReserve = 16384;
  if ((uintptr_t)top + (uintptr_t)increment > (uintptr_t)stack_top - kStackReserve) {
    errno = ENOMEM;
    return (void*)-1;
  }
  char* const start = top;
  top += increment;
  return start;
}

void _exit(int code) {
  const uint32_t block[2] = {0x20026, (uint32_t)code};  // ADP_Stopped_ApplicationExit
  register uint32_t operation __asm("r0") = 0x20;       // SYS_EXIT_EXTENDED
  register const uint32_t* argument __asm("r1") = block;
  __asm volatile("bkpt 0xAB" : : "r"(operation), "r"(argument) : "memory");
  for (;;) {
  }
}

int _close(int file) {
  (void)file;
  return -1;
}

int _fstat(int file, struct stat* status) {
  (void)file;
  status->st_mode = S_IFCHR;
  return 0;
}

int _isatty(int file) {
  (void)file;
  return 1;
}

int _lseek(int file, int offset, int whence) {
  (void)file;
  (void)offset;
  (void)whence;
  return 0;
}

int _getpid(void) { return 1; }

int _kill(int process, int signal) {
  (void)process;
  _exit(128 + signal);
  return -1;
}
