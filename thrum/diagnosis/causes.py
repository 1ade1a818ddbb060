"""What a diagnosis says: causes with their evidence, the likeliest first."""

from __future__ import annotations

from dataclasses import dataclass

OUTER, INNER, BALL, CAGE = "outer race", "inner race", "ball", "cage"
UNBALANCE, MISALIGNMENT, LOOSENESS = "unbalance", "misalignment", "looseness"
NOT_CLEAR = "not clear"
OF_BEARINGS = (OUTER, INNER, BALL, CAGE)
NAMES = (*OF_BEARINGS, UNBALANCE, MISALIGNMENT, LOOSENESS, NOT_CLEAR)


@dataclass(frozen=True)
class Mark:
    """A line of a spectrum that speaks for a cause. size: depth, or mm/s RMS in a velocity."""

    label: str
    order: float
    hz: float
    above: float  # times the local noise floor
    size: float


@dataclass(frozen=True)
class Cause:
    """decades: by so many powers of ten noise alone is unlikely to give the evidence."""

    name: str
    decades: float
    evidence: tuple[str, ...]
    marks: tuple[Mark, ...] = ()
