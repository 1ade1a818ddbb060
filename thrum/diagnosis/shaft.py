"""Lines at the shaft's speed: unbalance, misalignment, looseness, by the rules of ISO 13373.

Judged in velocity, as machines are. A machine always has some unbalance: a pattern is a cause only
where it is strong enough to matter, or has grown over a healthy recording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import gamma

from thrum.diagnosis.causes import LOOSENESS, MISALIGNMENT, UNBALANCE, Cause, Mark
from thrum.diagnosis.envelope import Floats, noise_floor
from thrum.plant.velocity import G_MM_S2, hann_power

MATTERS_MM_S = 1.8  # ISO 10816-1, class I, B to C: the lowest limit that any machine has
GROWN = 2.5  # times the healthy recording
HARMONICS = 10
HALVES = (0.5, 1.5, 2.5)
_TURNS, _FEWEST_TURNS = 48.0, 8.0  # of a piece
_SEEN = 4.0  # decades above the noise floor
_OF_ALL = 0.8  # of the power of all orders lies at 1x: unbalance
_TWICE = 0.5  # 2x over 1x: misalignment
_MANY, _SHARE = 5, 0.3  # harmonics from 3x on, and their sum over 1x: looseness
_HALF = 0.1  # of a half order over 1x
_MAINS_HZ = (100.0, 120.0)  # twice the frequency of the mains, which motors hum at


@dataclass(frozen=True, eq=False)
class OrderSpectrum:
    """Velocity over orders of the shaft: mm/s RMS of each line, and decades above the noise."""

    shaft_hz: float
    orders: Floats
    mm_s: Floats
    above: Floats
    decades: Floats

    def at(self, order: float) -> Mark:
        """The strongest line within a bin and a half of an order, with all its leakage."""
        step = float(self.orders[1])
        near = np.flatnonzero(np.abs(self.orders - order) <= 1.5 * step)
        if not len(near):
            return Mark(f"{order:g}x", order, order * self.shaft_hz, 0.0, 0.0)
        top = near[np.argmax(self.above[near])]
        size = float(np.sqrt(np.sum(self.mm_s[max(0, top - 1) : top + 2] ** 2)))
        found = float(self.orders[top])
        return Mark(f"{order:g}x", found, found * self.shaft_hz, float(self.above[top]), size)

    def seen(self, mark: Mark) -> bool:
        """Whether a line stands out of the noise."""
        return float(self.decades[round(mark.order / float(self.orders[1]))]) >= _SEEN


def order_spectrum(samples: Floats, rate_hz: float, shaft_hz: float) -> OrderSpectrum | None:
    """None where the recording has too few turns."""
    turns = min(_TURNS, len(samples) / rate_hz * shaft_hz)
    length = min(len(samples), round(turns * rate_hz / shaft_hz))
    if turns < _FEWEST_TURNS or length < 16:
        return None
    power = hann_power(samples, length)
    pieces = max(1, (len(samples) - length) // max(1, length // 2) + 1)
    hz = np.arange(len(power)) * rate_hz / length
    kept = hz <= min(0.9 * rate_hz / 2, (HARMONICS + 2) * shaft_hz)
    power, hz = power[kept], hz[kept]
    orders = hz / shaft_hz
    above = power / np.maximum(noise_floor(orders, power, pieces), 1e-300)
    mm_s = np.sqrt(power) * G_MM_S2 / (2 * np.pi * np.maximum(hz, 1e-9))
    mm_s[:2] = 0
    decades = -gamma.logsf(above * pieces, pieces) / np.log(10)
    return OrderSpectrum(shaft_hz, orders, mm_s, above, decades)


def causes(found: OrderSpectrum, healthy: OrderSpectrum | None = None) -> list[Cause]:
    """Patterns of the shaft that are strong enough to matter, the strongest first."""
    marks = [mark for n in range(1, HARMONICS + 1) if found.seen(mark := found.at(float(n)))]
    halves = [mark for order in HALVES if found.seen(mark := found.at(order))]
    total = _sum([*marks, *halves])
    if not marks or not _matters(total, found, healthy):
        return []
    made = _looseness(marks, halves) or _misalignment(marks, found) or _unbalance(marks, halves)
    if made is None:
        return []
    level = f"all orders together {total:.3g} mm/s RMS"
    name, why, evidence = made
    return [Cause(name, _SEEN, (why, level, *_growth(total, found, healthy)), tuple(evidence))]


_Pattern = tuple[str, str, Sequence[Mark]]


def _looseness(marks: list[Mark], halves: list[Mark]) -> _Pattern | None:
    first = _size(marks, 1)
    many = [mark for mark in marks if round(mark.order) >= 3]
    strong = [mark for mark in halves if mark.size >= _HALF * max(first, _sum(marks) / 2)]
    if len(strong) >= 2:
        said = ", ".join(mark.label for mark in strong)
        return LOOSENESS, f"lines at half orders: {said}", [*marks, *halves]
    if len(many) >= _MANY and _sum(many) >= _SHARE * max(first, _size(marks, 2)):
        return LOOSENESS, f"{len(many)} harmonics from 3x to {HARMONICS}x", marks
    return None


def _misalignment(marks: list[Mark], found: OrderSpectrum) -> _Pattern | None:
    first, second = _size(marks, 1), _size(marks, 2)
    if second < _TWICE * max(first, 1e-9) or _sum(marks[2:]) > second:
        return None
    place = 2 * found.shaft_hz
    if any(abs(place - mains) < found.shaft_hz * float(found.orders[1]) * 2 for mains in _MAINS_HZ):
        return None  # a motor of two poles: its hum and 2x cannot be told apart
    return MISALIGNMENT, f"2x is {second / max(first, 1e-9):.2g} times 1x", marks[:4]


def _unbalance(marks: list[Mark], halves: list[Mark]) -> _Pattern | None:
    share = _size(marks, 1) ** 2 / max(_sum([*marks, *halves]) ** 2, 1e-30)
    if share < _OF_ALL:
        return None
    return UNBALANCE, f"1x holds {share:.0%} of the power of all orders", marks[:3]


def _size(marks: list[Mark], number: int) -> float:
    return next((mark.size for mark in marks if round(mark.order) == number), 0.0)


def _sum(marks: Sequence[Mark]) -> float:
    return float(np.sqrt(sum(mark.size**2 for mark in marks)))


def _total(found: OrderSpectrum) -> float:
    return _sum([found.at(float(n)) for n in range(1, HARMONICS + 1)])


def _matters(total: float, found: OrderSpectrum, healthy: OrderSpectrum | None) -> bool:
    if healthy is not None:
        return total >= GROWN * max(_total(healthy), 1e-9)
    return total >= MATTERS_MM_S


def _growth(total: float, found: OrderSpectrum, healthy: OrderSpectrum | None) -> list[str]:
    if healthy is None:
        return []
    return [f"{total / max(_total(healthy), 1e-9):.2g} times the healthy recording"]
