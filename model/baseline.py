"""Baseline of a healthy machine in integers: the twin of lib/vibration/src/thrum/baseline.cpp.

The arithmetic is specified at the top of baseline.h. Bands are vectorized; the windows of one
machine are taken in order, as on the device. A leading axis serves many machines at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.params import Config

I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]

CLIP_FROM_WINDOW = 9
MAX_DEVIATION = 65280  # Q12
SIGMA_PER_DEVIATION = 321  # Q8, sqrt(pi / 2)


@dataclass(frozen=True)
class Baseline:
    """Mean (Q8) and scale (2^20 / spread) per band: uint16 (..., bands)."""

    mean: U16
    scale: U16

    @staticmethod
    def learn(log_bands: U16, cfg: Config) -> Baseline:
        """Learn from windows in order: uint16 Q8 (..., windows, bands); all of them are used."""
        min_spread = round(cfg.baseline.min_spread * 256)
        bands = log_bands.astype(np.int64)
        mean = bands[..., 0, :] << 8
        deviation = np.zeros_like(mean)
        for k in range(2, bands.shape[-2] + 1):
            mean, deviation = _step(bands[..., k - 1, :], k, mean, deviation, min_spread)
        spread = np.maximum((deviation * SIGMA_PER_DEVIATION + 2048) >> 12, min_spread)
        scale = ((1 << 20) + spread // 2) // spread
        return Baseline(_rounded(mean).astype(np.uint16), scale.astype(np.uint16))

    def deviation(self, log_bands: U16) -> U8:
        """|F - mean| / spread in Q5, clipped at 255: uint8 (..., windows, bands)."""
        distance = np.abs(log_bands.astype(np.int64) - self.mean[..., None, :].astype(np.int64))
        z = (distance * self.scale[..., None, :].astype(np.int64) + (1 << 14)) >> 15
        return np.minimum(z, 255).astype(np.uint8)


def _step(band: I64, k: int, mean: I64, deviation: I64, min_spread: int) -> tuple[I64, I64]:
    reciprocal = 65536 // k
    innovation = band - _rounded(mean)
    if k >= CLIP_FROM_WINDOW:
        reach = np.minimum((deviation >> 2) + 4 * min_spread, 32767)
        innovation = np.clip(innovation, -reach, reach)
    mean = mean + ((innovation * reciprocal + 128) >> 8)
    target = np.minimum(np.abs(innovation) << 4, MAX_DEVIATION)
    return mean, deviation + (((target - deviation) * reciprocal + 32768) >> 16)


def _rounded(mean: I64) -> I64:
    return (mean >> 8) + ((mean & 255) >> 7)
