"""Velocity RMS in integers, vectorized over windows: the twin of lib/vibration's velocity.cpp.

The arithmetic is specified at the top of velocity.h. `exact` is the same sum in double precision,
to which test_velocity.py compares both.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thrum.derived import FAR, far_weights, half_octave, near_weights
from thrum.reference.features import bit_length

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

FIRST_BIN = 2  # Hann's leakage of the mean reaches bin 1
LOWEST_HZ, HIGHEST_HZ = 10, 1000  # ISO 20816-1; where the rate allows
_SCALE = 967_564_776  # sqrt(2 / (3/8 * 4 pi^2)) * 9.80665 / 2^12 * 2^8, times 2^32
G = 9.80665  # m/s^2


@dataclass(frozen=True)
class VelocityBand:
    """Bins that count, both included, and the scale: mantissa * 2^exponent."""

    first: int
    last: int
    mantissa: int
    exponent: int
    length: int  # of a window
    rate_hz: float

    @staticmethod
    def of(rate_hz: int, mg_q12: int, length: int) -> VelocityBand:
        """As MakeVelocity computes it. mg_q12: milli-g per count, Q12."""
        half = length // 2
        first = max(FIRST_BIN, min(half, -(-length * LOWEST_HZ // rate_hz)))
        last = min(half - 1, length * HIGHEST_HZ // rate_hz)
        scale, exponent = _SCALE * mg_q12 // rate_hz, -32
        while scale >= 1 << 16:
            scale, exponent = scale >> 1, exponent + 1
        while scale < 1 << 15:
            scale, exponent = scale << 1, exponent - 1
        return VelocityBand(first, last, scale, exponent, length, rate_hz)

    @property
    def range_hz(self) -> tuple[float, float]:
        """Frequencies of the first and the last bin that count."""
        step = self.rate_hz / self.length
        return self.first * step, self.last * step


def velocity(powers: I64, exponent: I64, band: VelocityBand) -> I64:
    """Q8 mm/s, int64 (n,), of the bins' powers (n, length / 2) and their exponents (n,)."""
    total = _weighted(powers, band)
    up = (32 - bit_length(total)) & ~1
    root = np.sqrt((total << up).astype(np.float64)).astype(np.int64)
    product = root * band.mantissa
    down = up // 2 - exponent // 2 - band.exponent
    rounded = ((product >> np.clip(down - 1, 0, 62)) + 1) >> 1
    rounded = np.where(down > 32, 0, np.minimum(rounded, 65535))
    return np.where(total == 0, 0, np.where(down < 16, 65535, rounded))


def _weighted(powers: I64, band: VelocityBand) -> I64:
    """Steps 1 to 3: the sum of P/k^2, (n,)."""
    weights = np.array([*near_weights(), *far_weights(band.length)], np.int64)
    bins = np.arange(band.length // 2)
    counted = np.where((bins >= band.first) & (bins <= band.last), weights, 0)
    octaves = [(2, 4), (4, 8), (8, FAR)]
    groups = np.array([half_octave(int(k)) for k in bins[FAR:]])
    edges = [FAR + int(np.searchsorted(groups, i)) for i in range(int(groups[-1]) + 2)]

    def sums(parts: list[tuple[int, int]], shift: int, drop: int, divided: int) -> I64:
        total = np.zeros(len(powers), np.int64)
        for start, end in reversed(parts):
            weighed = (powers[:, start:end] >> shift) * counted[start:end]
            total = (total >> divided) + (weighed.sum(axis=1) >> drop)
        return total

    far = list(itertools.pairwise(edges))
    return sums(octaves, 2, 16, 2) + sums(far, 8, 8, 1)


def exact(windows_g: F64, rate_hz: float) -> F64:
    """Velocity RMS in mm/s, (n,), of windows in g, (n, length): the same bins as doubles."""
    length = windows_g.shape[1]
    half = length // 2
    centred = windows_g - windows_g.mean(axis=1, keepdims=True)
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    power = np.abs(np.fft.rfft(centred * hann)[:, :half]) ** 2 * (2 / (length**2 * 3 / 8))
    first = max(FIRST_BIN, min(half, int(np.ceil(length * LOWEST_HZ / rate_hz))))
    last = min(half - 1, int(length * HIGHEST_HZ // rate_hz))
    bins = np.arange(first, last + 1)
    omega = 2 * np.pi * bins * rate_hz / length
    mean_square = (power[:, bins] / omega**2).sum(axis=1)
    return np.asarray(1000 * G * np.sqrt(mean_square), np.float64)
