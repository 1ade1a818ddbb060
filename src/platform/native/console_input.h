#pragma once

// stdin as the serial line's receiving side. Used by entry.cpp and replay.cpp.

#include <chrono>

namespace thrum {

// From now on ReadByte reads stdin, and every line written is flushed.
void ListenToStdin();

// Waits for a byte or for the moment, whichever comes first.
void WaitForInput(std::chrono::steady_clock::time_point until);

// The host is gone, or nobody listens to it.
bool InputClosed();

}  // namespace thrum
