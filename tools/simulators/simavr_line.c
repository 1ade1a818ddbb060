// An ATmega328P on simavr with its serial port on stdin and stdout. Ends when stdin does.
//   simavr_line firmware.elf [SPEED]
// A0 sees a saw tooth of 64 steps around the middle. SPEED 1 holds the simulation to the time of the chip; 0, the default, lets it run free.

#include <poll.h>
#include <simavr/avr_adc.h>
#include <simavr/avr_uart.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const uint32_t kClockHz = 16000000;
static const avr_cycle_count_t kLook = 4000;  // cycles between looks at stdin: 250 us
static avr_irq_t* uart_in;
static int may_send = 1;

static void OnOutput(struct avr_irq_t* irq, uint32_t value, void* param) {
  (void)irq;
  (void)param;
  putchar((int)(value & 0xFF));
  if (value == '\n') {
    fflush(stdout);
  }
}

static void OnXon(struct avr_irq_t* irq, uint32_t value, void* param) {
  (void)irq;
  (void)value;
  (void)param;
  may_send = 1;
}

static void OnXoff(struct avr_irq_t* irq, uint32_t value, void* param) {
  (void)irq;
  (void)value;
  (void)param;
  may_send = 0;
}

// simavr does not know the timer as the converter's trigger: a new compare match starts it here.
static void TriggerConverter(avr_t* avr) {
  enum { kTifr1 = 0x36, kOcf1b = 4 };
  static int before;
  const int matched = avr->data[kTifr1] & kOcf1b;
  if (matched && !before) {
    avr_raise_irq(avr_io_getirq(avr, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_IN_TRIGGER), 1);
  }
  before = matched;
}

static void OnConversion(avr_irq_t* irq, uint32_t value, void* param) {
  (void)irq;
  (void)value;
  avr_t* const avr = param;
  static uint32_t converted;
  const uint32_t step = 480 + converted++ % 64;
  const uint32_t millivolts = (step * avr->aref + 1022) / 1023;
  avr_raise_irq(avr_io_getirq(avr, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_ADC0), millivolts);
}

static double Seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// Hands over what stdin holds, one byte at a time; returns 0 at its end.
static int Feed(void) {
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  uint8_t byte;
  while (may_send && poll(&input, 1, 0) > 0) {
    if (read(STDIN_FILENO, &byte, 1) <= 0) {
      return 0;
    }
    avr_raise_irq(uart_in, byte);
  }
  return 1;
}

static avr_t* Load(const char* path) {
  elf_firmware_t firmware;
  memset(&firmware, 0, sizeof(firmware));
  if (elf_read_firmware(path, &firmware) != 0) {
    fprintf(stderr, "%s: not a firmware\n", path);
    exit(2);
  }
  avr_t* avr = avr_make_mcu_by_name("atmega328p");
  avr_init(avr);
  avr_load_firmware(avr, &firmware);
  avr->frequency = kClockHz;
  avr->vcc = avr->avcc = avr->aref = 5000;
  avr->log = LOG_ERROR;
  avr->run_cycle_limit = 1;  // one instruction at a time, so that no compare match is missed
  return avr;
}

static void ConnectUart(avr_t* avr) {
  uint32_t flags = 0;
  avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
  const uint32_t uart = AVR_IOCTL_UART_GETIRQ('0');
  uart_in = avr_io_getirq(avr, uart, UART_IRQ_INPUT);
  avr_irq_register_notify(avr_io_getirq(avr, uart, UART_IRQ_OUTPUT), OnOutput, NULL);
  avr_irq_register_notify(avr_io_getirq(avr, uart, UART_IRQ_OUT_XON), OnXon, NULL);
  avr_irq_register_notify(avr_io_getirq(avr, uart, UART_IRQ_OUT_XOFF), OnXoff, NULL);
  avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_OUT_TRIGGER),
                          OnConversion, avr);
}

int main(int argc, char** argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: simavr_line firmware.elf [SPEED]\n");
    return 2;
  }
  const int real_time = argc > 2 && atoi(argv[2]) == 1;
  avr_t* avr = Load(argv[1]);
  ConnectUart(avr);
  const double start = Seconds();
  for (avr_cycle_count_t look = 0;;) {
    const int state = avr_run(avr);
    TriggerConverter(avr);
    if (state == cpu_Done || state == cpu_Crashed) {
      fflush(stdout);
      return state == cpu_Crashed ? 1 : 0;
    }
    if (avr->cycle >= look) {
      look = avr->cycle + kLook;
      if (!Feed()) {
        return 0;
      }
      while (real_time && (double)avr->cycle > (Seconds() - start) * kClockHz) {
        usleep(200);
      }
    }
  }
}
