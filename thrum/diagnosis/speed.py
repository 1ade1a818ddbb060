"""Speed of the shaft from the spectrum: the comb of harmonics that stands out most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import gamma

from thrum.diagnosis.envelope import Floats, noise_floor
from thrum.plant.velocity import hann_power

SLOWEST_HZ, FASTEST_HZ = 5.0, 200.0
_NEAR = 0.015  # of a speed that was given: it is looked up in the spectrum so far around
_HARMONICS = 6
_MOST_DECADES = 12.0  # that one line may count for
_TIE = 0.01  # weight of what lies above: it only decides between equals
_SURE = 12.0  # decades of the comb, and of its lead, that make an estimate sure
_LENGTH_S, _LONG_S = 4.0, 10.0  # of a piece; where the speed is known nearly
_TEETH, _FEWEST = 10, 4  # harmonics of an estimate, and how many the rate must leave
_COMPLETE, _NEARLY = 0.4, 0.9  # share of them that stands out, at least and beside the best comb
_SHAKES = 0.9  # of the strongest line in velocity, at 1x of a speed that is sure
_LINES, _STANDS = 3, 4.0  # so many harmonics must stand out so many decades


@dataclass(frozen=True)
class Speed:
    """doubt: relative uncertainty; sure: whether bearing lines may be looked up with it."""

    hz: float
    how: str
    doubt: float
    sure: bool

    @property
    def rpm(self) -> float:
        """Turns a minute."""
        return self.hz * 60


def given(rpm: float, samples: Floats, rate_hz: float) -> Speed:
    """A speed that a person gave, corrected by the spectrum where its harmonics stand out."""
    hz = rpm / 60
    comb = _Comb(samples, rate_hz, _LONG_S)
    near = np.linspace(hz * (1 - _NEAR), hz * (1 + _NEAR), 241)
    scores = comb.scores(near)
    best = int(np.median(np.flatnonzero(scores >= scores.max())))  # lines have widths
    found = float(near[best])
    if scores[best] >= _SURE and 0 < best < len(near) - 1 and comb.lines(found) >= _LINES:
        return Speed(found, f"given as {rpm:g}, found in the spectrum", comb.step / found / 2, True)
    return Speed(hz, "given", 0.0, True)


def estimated(samples: Floats, rate_hz: float) -> Speed | None:
    """The slowest comb that is complete; None where none is.

    Its multiples have combs as complete as its own. The cage's speed may have one too: the speed is
    sure only where its 1x is among the strongest lines in velocity, as that of a shaft is.
    """
    comb = _Comb(samples, rate_hz, _LENGTH_S)
    top = min(FASTEST_HZ, 0.9 * rate_hz / 2 / _FEWEST)
    low = max(SLOWEST_HZ, 8 * comb.step)
    if top <= low:
        return None
    candidates = np.arange(low, top, comb.step / 8)
    complete = comb.complete(candidates) * comb.stands(candidates)
    good = np.flatnonzero(complete >= max(_COMPLETE, _NEARLY * float(complete.max())))
    if not len(good):
        return None
    near = good[candidates[good] <= candidates[good[0]] * 1.03]
    hz = float(candidates[near[np.argmax(comb.scores(candidates[near]))]])
    sure = comb.share(hz) >= _SHAKES and comb.lines(hz) >= _LINES
    words = "estimated from the spectrum" + ("" if sure else ", not sure: its 1x is no strong line")
    return Speed(hz, words, comb.step / hz / 2, sure)


class _Comb:
    """How much the harmonics of a frequency stand out, in decades."""

    def __init__(self, samples: Floats, rate_hz: float, piece_s: float) -> None:
        length = min(len(samples), round(piece_s * rate_hz))
        self.step = rate_hz / max(1, length)
        power = hann_power(samples, length) if length >= 64 else np.zeros(2)
        pieces = max(1, (len(samples) - length) // max(1, length // 2) + 1)
        hz = np.arange(len(power)) * self.step
        above = power / np.maximum(noise_floor(hz / 25, power, pieces), 1e-300)
        decades = -gamma.logsf(np.minimum(above, 1e6) * pieces, pieces) / np.log(10)
        decades = np.nan_to_num(decades, posinf=1e3)
        self._decades = np.minimum(decades, _MOST_DECADES) + _TIE * decades
        self._decades[:2] = 0
        self._velocity = np.sqrt(power) / np.maximum(hz, self.step)

    def scores(self, hz: Floats) -> Floats:
        """Lines at the multiples, less what lies half way: those belong to half the speed."""
        total = np.zeros(len(hz))
        for n in range(1, _HARMONICS + 1):
            weight = 1.0 if n < 3 else 0.5
            total += weight * self._at(n * hz)
        return total - 0.25 * (self._at(0.5 * hz) + self._at(1.5 * hz))

    def complete(self, hz: Floats) -> Floats:
        """Share of the harmonics that stand out, the lower ones count more."""
        total, weights = np.zeros(len(hz)), np.zeros(len(hz))
        for n in range(1, _TEETH + 1):
            inside = n * hz < (len(self._decades) - 1) * self.step
            weight = inside / np.sqrt(n)
            total += weight * np.minimum(self._at(n * hz) / _STANDS, 1)
            weights += weight
        return np.asarray(total / np.maximum(weights, 1e-9), np.float64)

    def stands(self, hz: Floats) -> Floats:
        """1 where the line at 1x stands out itself, as that of a shaft does."""
        return np.asarray(self._at(hz) >= _STANDS, np.float64)

    def share(self, hz: float) -> float:
        """The line at 1x over the strongest one, in velocity."""
        at = round(hz / self.step)
        first = round(SLOWEST_HZ / self.step)
        strongest = float(np.max(self._velocity[first:], initial=0.0))
        return float(np.max(self._velocity[max(0, at - 1) : at + 2])) / max(strongest, 1e-300)

    def lines(self, hz: float) -> int:
        """Harmonics that stand out."""
        orders = np.arange(1, _HARMONICS + 1, dtype=np.float64)
        return int(np.sum(self._at(orders * hz) >= _STANDS))

    def _at(self, hz: Floats) -> Floats:
        at = np.minimum(np.rint(hz / self.step).astype(int), len(self._decades) - 1)
        inside = hz < (len(self._decades) - 1) * self.step
        return np.where(inside, self._decades[at], 0.0)
