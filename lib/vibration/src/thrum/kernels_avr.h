#pragma once

// Kernels for 8-bit AVR with a hardware multiplier. None yet: every operator runs the portable one.

#include "kernels_dense.h"
