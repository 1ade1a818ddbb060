"""Baseline of a healthy machine in integers: the twin of lib/vibration/src/thrum/baseline.cpp.

The arithmetic is specified at the top of baseline.h. Bands are vectorized; the windows of one
machine are taken in order, as on the device. A leading axis serves many machines at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thrum.config import Config
from thrum.reference.lengths import MOST_EASED, apart, grow_averages, run_in
from thrum.reference.smoothing import WEYL

I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]

CLIP_FROM_WINDOW = 9
DROPS_FROM_WINDOWS = 128
EASED_VOTES = 16
EASING = 4  # a spread grows by 1/15
GROWN_STORED_EVERY = 4  # averages
LOUDER_SCALE = 11651  # 2^20 / spread of 0.35 octaves
MAX_DEVIATION = 65280  # Q12
OF_AVERAGES = 104  # Q7, spread per mean absolute deviation
OF_WINDOWS = 65
STORED_EVERY = 16  # averages of a trial
PRIOR = 16  # averages that what was learned first counts as, where a baseline grows
PROVISIONAL = 16384  # 2^20 / spread of a quarter octave
SUDDEN = 128  # Q5, mean of the bands' z
SUDDEN_WINDOWS = 8  # in a row
WIDEST = 2048  # 2^20 / spread


@dataclass(frozen=True)
class Baseline:
    """Mean (Q8) and scale (2^20 / spread) per band: uint16 (..., bands).

    steps: times that a trial has widened each band, uint8 (bands,); None for never. provisional: it
    grows, and no spread counts as less than a quarter octave.
    """

    mean: U16
    scale: U16
    steps: U8 | None = None
    provisional: bool = False

    @staticmethod
    def learn(log_bands: U16, cfg: Config) -> Baseline:
        """Learn from windows in order: uint16 Q8 (..., windows, bands), as many as there are.

        Where apart(cfg), they are averages of windows.
        """
        learner = Learner(cfg, log_bands.shape[-2])
        for window in range(log_bands.shape[-2]):
            learner.take(log_bands[..., window, :])
        return learner.baseline()

    def deviation(self, averages: U16) -> U8:
        """|average - mean| / spread in Q5, clipped at 255: uint8 (..., windows, bands)."""
        distance = np.abs(averages.astype(np.int64) - self.mean[..., None, :].astype(np.int64))
        most = PROVISIONAL if self.provisional else 65535
        scale = np.minimum(self.scale, most).astype(np.int64)
        z = (distance * scale[..., None, :] + (1 << 14)) >> 15
        return np.minimum(z, 255).astype(np.uint8)

    def louder(self, averages: U16) -> I64:
        """Mean z in Q5 of bands that are louder than learned: (..., windows); see baseline.h."""
        moved = averages.astype(np.int64) - self.mean[..., None, :].astype(np.int64)
        scale = np.minimum(self.scale, LOUDER_SCALE).astype(np.int64)[..., None, :]
        z = np.minimum((np.maximum(moved, 0) * scale + (1 << 14)) >> 15, 255)
        mean: I64 = z.sum(axis=-1) // z.shape[-1]
        return mean

    def eased(self, z: U8, times: int = MOST_EASED) -> Baseline:
        """After z (bands,) that the network was wrong about: what moved most is spread wider."""
        most = int(z.max())
        steps = np.zeros(z.shape, np.uint8) if self.steps is None else self.steps
        moved = (z >= most - most // 4) & (self.scale > WIDEST) & (steps < times)
        scale = np.where(moved, self.scale - (self.scale >> EASING), self.scale)
        return Baseline(self.mean, scale, (steps + moved).astype(np.uint8))

    def grown(self, averages: U16, taken: int, cfg: Config) -> Baseline:
        """After its `taken`-th averages, from 1: uint16 Q8 (..., bands); see baseline.h."""
        least, k = round(cfg.baseline.min_spread_apart * 256), PRIOR + taken
        share = 65536 // k
        mean, spread = self.mean.astype(np.int64), (1 << 24) // self.scale.astype(np.int64)
        reach = (5 * spread >> 4) + 4 * least
        moved = np.clip(averages.astype(np.int64) - mean, -reach, reach)
        mean = mean + ((moved * share + (k * WEYL & 0xFFFF)) >> 16)
        target = np.minimum(np.abs(moved) * (OF_AVERAGES // 8), MAX_DEVIATION)
        spread = spread + (((target - spread) * share + 32768) >> 16)
        scale = np.clip((1 << 24) // spread, WIDEST, (1 << 20) // least)
        provisional = taken < grow_averages(cfg)
        return Baseline(mean.astype(np.uint16), scale.astype(np.uint16), None, provisional)

    def level(self) -> int:
        """The loudest mean of one machine's baseline, Q8."""
        return int(self.mean.max())


class Learner:
    """A baseline that is being learned, one window (..., bands) after the other."""

    def __init__(self, cfg: Config, windows: int) -> None:
        """Begin; of 128 `windows` or more the first quarter will be dropped."""
        self.windows = windows
        self.learned = 0
        least = cfg.baseline.min_spread_apart if apart(cfg) else cfg.baseline.min_spread
        self._min_spread = round(least * 256)
        self._per_deviation = OF_AVERAGES if apart(cfg) else OF_WINDOWS
        self._mean: I64 = np.zeros(0, np.int64)  # Q9
        self._deviation: I64 = np.zeros(0, np.int64)  # Q12
        self._rms = 0  # Q8
        self._grows = grow_averages(cfg) != 0

    @property
    def ready(self) -> bool:
        """Whether all windows have been taken."""
        return self.learned == self.windows

    @property
    def dropped(self) -> int:
        """Windows at the start that are dropped."""
        return run_in(self.windows) if self.windows >= DROPS_FROM_WINDOWS else 0

    @property
    def rms(self) -> int:
        """Mean RMS in counts."""
        return self._rms >> 8

    def take(self, log_bands: U16, rms: int = 0) -> None:
        """Learn one window: uint16 Q8 (..., bands), RMS in counts."""
        self.learned += 1
        dropped = self.dropped
        k = self.learned - dropped if self.learned > dropped else self.learned
        band = log_bands.astype(np.int64)
        if k == 1:
            self._mean, self._deviation = band << 1, np.zeros_like(band)
            self._rms = rms << 8
            return
        self._rms += ((rms - (self._rms >> 8)) * (65536 // k) + 128) >> 8
        self._mean, self._deviation = _step(band, k, self._mean, self._deviation, self._min_spread)

    def grow(self, rms: int, taken: int) -> None:
        """Take in the RMS in counts of the `taken`-th average, from 1, of a baseline that grows."""
        self._rms += ((rms - (self._rms >> 8)) * (65536 // (PRIOR + taken)) + 128) >> 8

    def level(self) -> int:
        """The loudest mean of one machine, Q8, as the device knows it."""
        return int((_rounded(self._mean) if self.ready else self._mean >> 1).max())

    def baseline(self) -> Baseline:
        """The baseline that has been learned: provisional, if it grows after that."""
        spread = np.maximum((self._deviation * self._per_deviation + 1024) >> 11, self._min_spread)
        scale = (((1 << 20) + spread // 2) // spread).astype(np.uint16)
        return Baseline(_rounded(self._mean).astype(np.uint16), scale, None, self._grows)


def ranked(z: U8) -> U8:
    """The network's input but for its zero point: z (..., bands), the largest first."""
    return np.ascontiguousarray(np.sort(z, axis=-1)[..., ::-1])


def network_input(z: U8) -> npt.NDArray[np.int8]:
    """The input of the engine for z (..., bands) in Q5: int8, the same shape."""
    return (ranked(z).astype(np.int16) - 128).astype(np.int8)


def _step(band: I64, k: int, mean: I64, deviation: I64, min_spread: int) -> tuple[I64, I64]:
    reciprocal = 65536 // k
    innovation = (band << 1) - mean
    if k >= CLIP_FROM_WINDOW:
        reach = np.minimum((deviation >> 1) + 8 * min_spread, 32767)
        innovation = np.clip(innovation, -reach, reach)
    mean = mean + ((innovation * reciprocal + (k * WEYL & 0xFFFF)) >> 16)
    target = np.minimum(np.abs(innovation) << 3, MAX_DEVIATION)
    return mean, deviation + (((target - deviation) * reciprocal + 32768) >> 16)


def _rounded(mean: I64) -> I64:
    return (mean + 1) >> 1
