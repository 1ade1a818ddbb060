"""Log bands averaged over windows: the twin of lib/vibration/src/thrum/smoothing.cpp.

The arithmetic is specified at the top of smoothing.h.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from thrum.config import Config

I64 = npt.NDArray[np.int64]
U16 = npt.NDArray[np.uint16]


WEYL = 40503  # 2^16 / golden ratio; fixed_point.h


class Smoothing:
    """Averages of the windows since the beginning; leading axes serve many machines at once."""

    def __init__(self, windows: int) -> None:
        """Begin an average of `windows` in the end, a power of two."""
        self._windows = windows
        self._average: I64 = np.zeros(0, np.int64)  # Q10
        self.reset()

    def reset(self) -> None:
        """Forget all windows."""
        self._count = 0
        self._phase = 0

    @property
    def count(self) -> int:
        """Windows since the beginning, at most as many as the average covers."""
        return self._count

    def grow(self, windows: int) -> None:
        """Average over so many windows from now on, a power of two."""
        self._windows = windows

    def take(self, log_bands: U16) -> U16:
        """Take one window, uint16 Q8 (..., bands); return the averages, the same."""
        scaled = log_bands.astype(np.int64) << 2
        if self._count == 0:
            self._average = np.zeros_like(scaled)
        self._count = min(self._count + 1, self._windows)
        shift = self._count.bit_length() - 1
        self._phase = (self._phase + WEYL) & 0xFFFF
        dither = self._phase >> (16 - shift)
        self._average = self._average + ((scaled - self._average + dither) >> shift)
        return ((self._average + 2) >> 2).astype(np.uint16)


def smoothed(log_bands: U16, cfg: Config) -> U16:
    """Averages that are judged of windows in a row: uint16 Q8 (..., w - mean_windows + 1, bands).

    The first one is of cfg.alarm.mean_windows, the later ones of up to cfg.alarm.most_windows.
    """
    return averages_of(log_bands, cfg.alarm.mean_windows, cfg.alarm.most_windows)


def first_averages(log_bands: U16, cfg: Config) -> U16:
    """Averages of cfg.alarm.mean_windows consecutive windows: as many as smoothed gives."""
    return averages_of(log_bands, cfg.alarm.mean_windows, cfg.alarm.mean_windows)


def averages_of(log_bands: U16, first: int, most: int) -> U16:
    """Averages of up to `most` windows in a row, from the `first`-th window on."""
    smoothing = Smoothing(most)
    taken = [smoothing.take(log_bands[..., w, :]) for w in range(log_bands.shape[-2])]
    shape = (*log_bands.shape[:-2], 0, log_bands.shape[-1])
    judged = taken[first - 1 :]
    return np.stack(judged, axis=-2) if judged else np.zeros(shape, np.uint16)
