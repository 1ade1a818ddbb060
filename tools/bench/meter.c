// Runs an ATmega328P program on libsimavr and measures it: cycles of functions from call to return,
// peak stack, samples converted. Used by tools/bench/bench_avr.py.
//
//   meter ELF SECONDS SAMPLES UART END NAME=ADDRESS...
//
// SAMPLES: raw uint16, converter steps of A0, repeated; - for none. UART: file for what the program
// says. END: address of the first byte after static RAM. NAME=ADDRESS: functions, in hexadecimal.
// Stops after SECONDS of simulated time or when the program sleeps with interrupts off. Prints
//   function NAME calls minimum total maximum stack     cycles, interrupts included; bytes
//   ram painted PEAK pointer PEAK                       bytes of stack, found in two ways
//   samples COUNT

#include <simavr/avr_adc.h>
#include <simavr/avr_uart.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kMostFunctions = 32, kPaint = 0xA5, kTifr1 = 0x36, kOcf1b = 4, kFirstRam = 0x100 };

typedef struct {
  const char* name;
  uint32_t address, back;
  uint16_t stack, lowest, most_stack;
  int active;
  uint64_t started, calls, least, total, most;
} Function;

static Function functions[kMostFunctions];
static int function_count;
static uint16_t* samples;
static size_t sample_count, converted;

static uint16_t StackPointer(const avr_t* avr) {
  return (uint16_t)(avr->data[R_SPL] | avr->data[R_SPH] << 8);
}

static void Leave(Function* f, uint64_t now) {
  const uint64_t cycles = now - f->started;
  f->active = 0;
  f->calls++;
  f->total += cycles;
  f->least = cycles < f->least ? cycles : f->least;
  f->most = cycles > f->most ? cycles : f->most;
  const uint16_t stack = (uint16_t)(f->stack - f->lowest);
  f->most_stack = stack > f->most_stack ? stack : f->most_stack;
}

static void Watch(Function* f, const avr_t* avr) {
  const uint16_t stack = StackPointer(avr);
  if (f->active) {
    f->lowest = stack < f->lowest ? stack : f->lowest;
    if (avr->pc == f->back && stack == f->stack + 2) {
      Leave(f, avr->cycle);
    }
  } else if (avr->pc == f->address) {
    f->active = 1;
    f->started = avr->cycle;
    f->stack = f->lowest = stack;
    f->back = (uint32_t)(avr->data[stack + 1] << 8 | avr->data[stack + 2]) * 2;
  }
}

static void OnUart(avr_irq_t* irq, uint32_t value, void* file) {
  (void)irq;
  fputc((int)value, file);
}

// simavr does not know the timer as the converter's trigger: a new compare match starts it here.
static void TriggerConverter(avr_t* avr) {
  static int before;
  const int matched = avr->data[kTifr1] & kOcf1b;
  if (matched && !before) {
    avr_raise_irq(avr_io_getirq(avr, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_IN_TRIGGER), 1);
  }
  before = matched;
}

// The converter asks for a voltage: one that it converts to the next sample.
static void OnConversion(avr_irq_t* irq, uint32_t value, void* avr) {
  (void)irq;
  (void)value;
  const uint32_t step = samples[converted++ % sample_count];
  const uint32_t millivolts = (step * ((avr_t*)avr)->aref + 1022) / 1023;
  avr_raise_irq(avr_io_getirq(avr, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_ADC0), millivolts);
}

static void LoadSamples(const char* path) {
  FILE* file = fopen(path, "rb");
  if (file == NULL) {
    fprintf(stderr, "meter: cannot read %s\n", path);
    exit(2);
  }
  samples = malloc(1 << 20);
  sample_count = fread(samples, sizeof(*samples), (1 << 20) / sizeof(*samples), file);
  fclose(file);
}

static avr_t* Load(const char* path) {
  elf_firmware_t firmware = {0};
  if (elf_read_firmware(path, &firmware) != 0) {
    fprintf(stderr, "meter: cannot read %s\n", path);
    exit(2);
  }
  firmware.frequency = 16000000;
  avr_t* avr = avr_make_mcu_by_name("atmega328p");
  avr_init(avr);
  avr->log = LOG_ERROR;
  avr_load_firmware(avr, &firmware);
  avr->vcc = avr->avcc = avr->aref = 5000;
  avr->run_cycle_limit = 1;  // one instruction at a time
  memset(avr->data + kFirstRam, kPaint, avr->ramend + 1u - kFirstRam);
  return avr;
}

static void Connect(avr_t* avr, FILE* uart) {
  uint32_t flags = 0;
  avr_ioctl(avr, AVR_IOCTL_UART_GET_FLAGS('0'), &flags);
  flags &= ~(uint32_t)(AVR_UART_FLAG_STDIO | AVR_UART_FLAG_POLL_SLEEP);
  avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
  avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), OnUart,
                          uart);
  if (samples != NULL) {
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_OUT_TRIGGER),
                            OnConversion, avr);
  }
}

static uint16_t Run(avr_t* avr, uint64_t cycles) {
  uint16_t lowest = avr->ramend;
  while (avr->cycle < cycles) {
    for (int i = 0; i < function_count; ++i) {
      Watch(&functions[i], avr);
    }
    const int state = avr_run(avr);
    if (state == cpu_Crashed) {
      fprintf(stderr, "meter: crashed at %#x\n", avr->pc);
      exit(1);
    }
    if (state == cpu_Done || (state == cpu_Sleeping && !avr->sreg[S_I])) {
      break;
    }
    TriggerConverter(avr);
    const uint16_t stack = StackPointer(avr);
    lowest = stack >= kFirstRam && stack < lowest ? stack : lowest;
  }
  return lowest;
}

int main(int count, char** arguments) {
  if (count < 6) {
    fputs("usage: meter ELF SECONDS SAMPLES UART END NAME=ADDRESS...\n", stderr);
    return 2;
  }
  if (strcmp(arguments[3], "-") != 0) {
    LoadSamples(arguments[3]);
  }
  for (int i = 6; i < count && function_count < kMostFunctions; ++i) {
    char* equals = strchr(arguments[i], '=');
    *equals = '\0';
    const uint32_t address = (uint32_t)strtoul(equals + 1, NULL, 16);
    functions[function_count++] =
        (Function){.name = arguments[i], .address = address, .least = UINT64_MAX};
  }
  avr_t* avr = Load(arguments[1]);
  FILE* uart = fopen(arguments[4], "wb");
  Connect(avr, uart);
  const uint16_t lowest = Run(avr, (uint64_t)(atof(arguments[2]) * 16e6));
  fclose(uart);
  for (const Function* f = functions; f != functions + function_count; ++f) {
    printf("function %s %llu %llu %llu %llu %u\n", f->name, (unsigned long long)f->calls,
           (unsigned long long)(f->calls ? f->least : 0), (unsigned long long)f->total,
           (unsigned long long)f->most, f->most_stack);
  }
  uint32_t painted = (uint32_t)strtoul(arguments[5], NULL, 16);
  while (painted <= avr->ramend && avr->data[painted] == kPaint) {
    ++painted;
  }
  printf("ram painted %u pointer %u\nsamples %zu\n", avr->ramend + 1 - painted,
         avr->ramend - lowest, converted);
  return 0;
}
