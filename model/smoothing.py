"""Log bands averaged over windows: the twin of lib/vibration/src/thrum/smoothing.cpp.

The arithmetic is specified at the top of smoothing.h.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from model.params import Config

I64 = npt.NDArray[np.int64]
U16 = npt.NDArray[np.uint16]


class Smoothing:
    """Averages of the windows since the beginning; leading axes serve many machines at once."""

    def __init__(self, windows: int) -> None:
        """Begin an average of `windows`, a power of two."""
        self._windows = windows
        self._average: I64 = np.zeros(0, np.int64)  # Q10
        self.reset()

    def reset(self) -> None:
        """Forget all windows."""
        self._count = 0

    @property
    def complete(self) -> bool:
        """Whether the average covers as many windows as it should."""
        return self._count == self._windows

    def take(self, log_bands: U16) -> U16:
        """Take one window, uint16 Q8 (..., bands); return the averages, the same."""
        scaled = log_bands.astype(np.int64) << 2
        if self._count == 0:
            self._average = np.zeros_like(scaled)
        self._count = min(self._count + 1, self._windows)
        shift = self._count.bit_length() - 1
        half = (1 << shift) >> 1
        self._average = self._average + ((scaled - self._average + half) >> shift)
        return ((self._average + 2) >> 2).astype(np.uint16)


def smoothed(log_bands: U16, cfg: Config) -> U16:
    """Averages of consecutive windows, uint16 Q8 (..., w, bands), w - mean_windows + 1 of them.

    Those of the first windows, which are not complete, are left out.
    """
    smoothing = Smoothing(cfg.alarm.mean_windows)
    taken = [smoothing.take(log_bands[..., w, :]) for w in range(log_bands.shape[-2])]
    shape = (*log_bands.shape[:-2], 0, log_bands.shape[-1])
    complete = taken[cfg.alarm.mean_windows - 1 :]
    return np.stack(complete, axis=-2) if complete else np.zeros(shape, np.uint16)
