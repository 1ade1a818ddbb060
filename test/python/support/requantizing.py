"""Requantize of lib/vibration as a function of arrays, and gemmlowp's arithmetic as written."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from networks import compile_library

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
Kernel: TypeAlias = ctypes.CDLL

_WRAPPER = """
#include "thrum/nn/kernels.h"
extern "C" void requantize(const int32_t* in, int32_t* out, int64_t n, int32_t m, int8_t shift) {
  for (int64_t i = 0; i < n; ++i) {
    out[i] = thrum::Requantize(in[i], m, shift);
  }
}
"""


def requantize_kernel(folder: Path) -> Kernel:
    """Compile the kernel in a folder."""
    (folder / "wrapper.cpp").write_text(_WRAPPER, encoding="utf-8")
    return compile_library(folder, folder / "wrapper.cpp", flags=("-O2",))


def in_cpp(kernel: Kernel, values: I32, multiplier: int, shift: int) -> I32:
    """The result of the kernel."""
    out = np.empty_like(values)
    kernel.requantize(
        values.ctypes.data_as(ctypes.c_void_p),
        out.ctypes.data_as(ctypes.c_void_p),
        ctypes.c_int64(len(values)),
        ctypes.c_int32(multiplier),
        ctypes.c_int8(shift),
    )
    return out


def in_numpy(values: I32, multiplier: int, shift: int) -> I64:
    """gemmlowp as written: nudge and truncating division, then the rounding shift."""
    product = (values.astype(np.int64) << max(shift, 0)) * multiplier
    nudged = product + np.where(product >= 0, 1 << 30, 1 - (1 << 30))
    high = np.where(nudged >= 0, nudged >> 31, -(-nudged >> 31))
    exponent = max(-shift, 0)
    mask = (1 << exponent) - 1
    threshold = (mask >> 1) + (high < 0)
    return (high >> exponent) + ((high & mask) > threshold)
