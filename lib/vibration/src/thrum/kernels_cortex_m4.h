#pragma once

// Kernels for Cortex-M4 and M7 (DSP extension). None yet: every operator runs the portable one.

#include "kernels_dense.h"
