"""Families of lines in an envelope spectrum: is one there, and by which slip?

A family is a fundamental, its harmonics and their sidebands. Its lines are judged together by
Fisher's method: how unlikely noise alone is to give them, in decades, after all that was tried.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from thrum.diagnosis.envelope import EnvelopeSpectrum, Floats

SLIP = 0.022  # balls slide and contact angles differ: 1 to 2 %, Randall and Antoni 2011
_MOST_DECADES = 8.0  # that one line may count for: no single line makes a family
_TIE = 1e-3  # weight of what only decides between equals
_NEAR_SHAFT = 1.5  # bins around a multiple of the shaft's speed that belong to the shaft


@dataclass(frozen=True)
class Kind:
    """Lines to look for, in orders; sidebands with their names, around the first two harmonics."""

    name: str
    short: str
    fundamental: float
    harmonics: int
    sidebands: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Line:
    """One line that was looked for, at the order where it was found."""

    label: str
    order: float
    above: float  # times the local noise floor
    depth: float  # amplitude over the mean of the squared envelope
    decades: float


@dataclass(frozen=True)
class Found:
    """A family at its best slip. decades: of harmonics and sidebands, search included."""

    kind: Kind
    slip: float
    decades: float
    side_decades: float
    lines: tuple[Line, ...]
    spectrum: EnvelopeSpectrum = field(repr=False)

    @property
    def first(self) -> Line:
        """The fundamental."""
        return self.lines[0]


def find(kind: Kind, spectrum: EnvelopeSpectrum, speed_doubt: float = 0.0) -> Found | None:
    """The family at the slip that fits best; None if its fundamental cannot be seen here.

    speed_doubt: relative uncertainty of the shaft's speed.
    """
    top = kind.fundamental * kind.harmonics
    slips = np.linspace(-SLIP, SLIP, max(3, int(4 * SLIP * top / spectrum.step) | 1))
    decades, best = _harmonics(kind, slips, spectrum, speed_doubt)
    slip = float(slips[best])
    numbers = [(n, n * kind.fundamental * (1 + slip)) for n in range(1, kind.harmonics + 1)]
    numbers = [(n, o) for n, o in numbers if _usable(np.array(o), spectrum, speed_doubt)]
    if not numbers or numbers[0][0] != 1 or _elsewhere(kind, spectrum, numbers[0][1]):
        return None
    sides = _sidebands(kind, slip, spectrum, speed_doubt)
    lines = [_line(_times(n, kind.short), order, spectrum) for n, order in numbers]
    lines += [_line(label, order, spectrum) for label, order in sides]
    return Found(
        kind,
        slip,
        float(decades[best] - np.log10(len(slips) / 2)),
        float(_together(spectrum, np.array([order for _, order in sides]), speed_doubt)),
        tuple(lines),
        spectrum,
    )


def _harmonics(
    kind: Kind, slips: Floats, spectrum: EnvelopeSpectrum, doubt: float
) -> tuple[Floats, int]:
    """Decades of the harmonics together for each slip, and the best one.

    Where several are as unlikely as one line may count for, the strongest lines decide.
    """
    orders = np.outer(1 + slips, np.arange(1, kind.harmonics + 1)) * kind.fundamental
    decades = _together(spectrum, orders, doubt)
    at = np.minimum(np.rint(orders / spectrum.step).astype(int), len(spectrum.orders) - 1)
    strength = np.log(np.maximum(spectrum.above[at], 1e-3)) * _usable(orders, spectrum, doubt)
    return decades, int(np.argmax(decades + _TIE * strength.sum(axis=1)))


def _sidebands(
    kind: Kind, slip: float, spectrum: EnvelopeSpectrum, doubt: float
) -> list[tuple[str, float]]:
    centres = [(n, n * kind.fundamental * (1 + slip)) for n in (1, 2)]
    orders = [
        (f"{_times(n, kind.short)} {'+' if sign > 0 else '-'} {name}", centre + sign * side)
        for n, centre in centres
        for name, side in kind.sidebands
        for sign in (-1, 1)
    ]
    return [(label, order) for label, order in orders if _usable(np.array(order), spectrum, doubt)]


def _times(number: int, short: str) -> str:
    return short if number == 1 else f"{number} x {short}"


def _usable(orders: Floats, spectrum: EnvelopeSpectrum, doubt: float) -> NDArray[np.bool_]:
    """In the spectrum, above its drift, and not a multiple of the shaft's speed."""
    inside = (orders > 2 * spectrum.step) & (orders < spectrum.orders[-1])
    whole = np.rint(orders)
    near = np.maximum(_NEAR_SHAFT * spectrum.step, doubt * orders)
    return np.asarray(inside & ((whole < 1) | (np.abs(orders - whole) > near)))


def _at(order: float, spectrum: EnvelopeSpectrum) -> int:
    return round(order / spectrum.step)


def _together(spectrum: EnvelopeSpectrum, orders: Floats, doubt: float) -> Floats:
    """Fisher's method over the last axis, in decades; lines of the shaft are left out."""
    if not orders.size:
        return np.zeros(orders.shape[:-1])
    used = _usable(orders, spectrum, doubt)
    at = np.minimum(np.rint(orders / spectrum.step).astype(int), len(spectrum.orders) - 1)
    each = np.where(used, np.minimum(spectrum.decades[at], _MOST_DECADES), 0.0)
    count = used.sum(axis=-1)
    made = -chi2.logsf(2 * np.log(10) * each.sum(axis=-1), 2 * np.maximum(count, 1)) / np.log(10)
    return np.asarray(np.where(count > 0, made, 0.0), np.float64)


def _elsewhere(kind: Kind, spectrum: EnvelopeSpectrum, order: float) -> bool:
    """Whether the fundamental is only the flank of a line outside the range of slip."""
    at = _at(order, spectrum)
    low = max(0, at - 2)
    top = low + int(np.argmax(spectrum.above[low : at + 3]))
    off = abs(_peak(spectrum.above, top) * spectrum.step / kind.fundamental - 1)
    return off > SLIP + 0.1 * spectrum.step / kind.fundamental


def _peak(values: Floats, at: int) -> float:
    """Place of a maximum between the bins, by a parabola."""
    if not 0 < at < len(values) - 1:
        return float(at)
    left, top, right = np.log(np.maximum(values[at - 1 : at + 2], 1e-300))
    bend = left - 2 * top + right
    return at + (0.5 * float((left - right) / bend) if bend < 0 else 0.0)


def _line(label: str, order: float, spectrum: EnvelopeSpectrum) -> Line:
    at = _at(order, spectrum)
    return Line(
        label,
        order,
        float(spectrum.above[at]),
        float(spectrum.depth[at]),
        float(spectrum.decades[at]),
    )
