#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "main.h"
#include "platform/native/console_input.h"
#include "samplers/replay/replay.h"
#include "storage/file.h"
#include "thrum/core/progmem.h"
#include "thrum/detection/operating_state.h"

namespace {

const char kUsage[] =
    "usage: program [--rate HZ] [--learn WINDOWS] [--realtime] [--raw AXES]\n"
    "               [--states N] [--baseline FILE] [--serve] [FILE]\n"
    "  FILE            16-bit PCM WAV of 1 to 3 axes, 32768 = full scale; - is stdin\n"
    "  --rate HZ       the rate this installation runs at; a file of another rate is refused\n"
    "  --learn WINDOWS windows that the baseline is learned from, 16 to 4096\n"
    "  --states N      operating states (speeds, loads) that it learns, 1 to 4\n"
    "  --baseline FILE keeps what was learned\n"
    "  --realtime      replay as slowly as it was recorded\n"
    "  --serve         take commands from stdin; without FILE the host supplies the windows\n"
    "  --raw AXES      FILE is interleaved little-endian int16 without a header\n";

// A decimal number from low to high, or an end with usage.
uint32_t NumberOf(const char* name, const char* text, uint32_t low, uint32_t high) {
  char* end = nullptr;
  const unsigned long value = text == nullptr ? 0 : strtoul(text, &end, 10);
  if (end == nullptr || end == text || *end != '\0' || value < low || value > high) {
    fprintf(stderr, "%s %s: give a number from %u to %u\n%s", name, text == nullptr ? "" : text,
            low, high, kUsage);
    exit(2);
  }
  return static_cast<uint32_t>(value);
}

thrum::ReplayOptions Parse(int argc, char** argv, thrum::Settings* settings, bool* serve) {
  thrum::ReplayOptions replay = {nullptr, false, 1, false};
  for (int i = 1; i < argc; ++i) {
    const char* name = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : nullptr;
    if (strcmp(name, "--help") == 0) {
      fputs(kUsage, stdout);
      exit(0);
    } else if (strcmp(name, "--realtime") == 0) {
      replay.realtime = true;
    } else if (strcmp(name, "--serve") == 0) {
      *serve = true;
    } else if (strcmp(name, "--rate") == 0) {
      settings->rate_hz = NumberOf(name, value, 50, 50000), ++i;
    } else if (strcmp(name, "--learn") == 0) {
      settings->baseline_windows =
          static_cast<uint16_t>(NumberOf(name, value, thrum::kFewestWindows, thrum::kMostWindows)),
      ++i;
    } else if (strcmp(name, "--states") == 0) {
      settings->states = static_cast<uint8_t>(NumberOf(name, value, 1, thrum::kMostStates)), ++i;
    } else if (strcmp(name, "--baseline") == 0 && value != nullptr) {
      thrum::SetBaselineFile(value), ++i;
    } else if (strcmp(name, "--raw") == 0) {
      replay.raw = true;
      replay.axes = static_cast<uint8_t>(NumberOf(name, value, 1, 3)), ++i;
    } else if (strncmp(name, "--", 2) != 0 && replay.path == nullptr) {
      replay.path = name;
    } else {
      fprintf(stderr, "%s: not an option\n%s", name, kUsage);
      exit(2);
    }
  }
  return replay;
}

}  // namespace

#if !defined(PIO_UNIT_TESTING) || defined(THRUM_STREAM_TEST)
int main(int argc, char** argv) {
  thrum::Settings settings = thrum::kDefaultSettings;
  bool serve = false;
  const thrum::ReplayOptions replay = Parse(argc, argv, &settings, &serve);
  const bool reads_stdin = replay.path != nullptr && strcmp(replay.path, "-") == 0;
  if (serve ? reads_stdin : replay.path == nullptr) {
    fputs(kUsage, stderr);
    return 2;
  }
  if (serve) {
    thrum::ListenToStdin();
  }
  thrum::SetReplay(replay);
  thrum::Status status = thrum::Start(settings);
  while (status == thrum::Status::kOk) {
    thrum::AwaitReplay();
    status = thrum::Step();
  }
  const char* problem =
      status == thrum::Status::kEndOfData ? thrum::ReplayComplaint() : thrum::Explain(status);
  if (problem == nullptr && (fflush(stdout) != 0 || ferror(stdout))) {
    problem = "the output cannot be written: is the disk full?";
  }
  if (problem == nullptr) {
    return 0;
  }
  fprintf(stderr, "%s: %s\n", replay.path == nullptr ? "serve" : replay.path, problem);
  return 1;
}
#endif
