#include "console/console.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include <thread>

#include "platform/native/console_input.h"

namespace thrum {
namespace {

using Clock = std::chrono::steady_clock;

bool open = false;
char received[256];
ssize_t end = 0;
ssize_t next = 0;

// Fills `received` if stdin has anything; waits so many milliseconds for it.
void Fill(int timeout_ms) {
  pollfd input = {STDIN_FILENO, POLLIN, 0};
  if (poll(&input, 1, timeout_ms) > 0) {
    next = 0;
    end = read(STDIN_FILENO, received, sizeof(received));
    open = end > 0;
  }
}

}  // namespace

void WriteLine(const char* line) {
  puts(line);
  if (open) {
    fflush(stdout);
  }
}

int16_t ReadByte() {
  if (open && next >= end) {
    Fill(0);
  }
  return next < end ? static_cast<uint8_t>(received[next++]) : -1;
}

uint16_t Milliseconds() {
  const auto since = Clock::now().time_since_epoch();
  return static_cast<uint16_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

void ListenToStdin() { open = true; }

void WaitForInput(Clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  if (left <= 0 || next < end) {
    return;
  }
  if (open) {
    Fill(static_cast<int>(left));
  } else {
    std::this_thread::sleep_until(until);
  }
}

bool InputClosed() { return !open; }

}  // namespace thrum
