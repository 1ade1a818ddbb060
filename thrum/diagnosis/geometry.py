"""Frequencies of a rolling bearing from its dimensions, in orders: multiples of the shaft's speed.

Outer ring at rest, no slip. Randall and Antoni 2011, "Rolling element bearing diagnostics - a
tutorial", Mechanical Systems and Signal Processing 25, equations 1 to 4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import StrictFloat, StrictInt, StrictStr

from thrum.checked_toml import Allowed, Between, Checker, Table, read

TABLE = Path(__file__).with_name("bearings.toml")


class BearingError(ValueError):
    """A bearing is unknown or impossible; the message names value and remedy."""


@dataclass(frozen=True)
class Bearing(Table):
    """Dimensions in millimetres; `ball` is a roller in a roller bearing."""

    names: Annotated[tuple[StrictStr, ...], Allowed("a list of texts")]
    balls: Annotated[StrictInt, Between(3, 200)]
    ball_mm: Annotated[StrictFloat, Between(0.1, 1000.0)]
    pitch_mm: Annotated[StrictFloat, Between(1.0, 10_000.0)]
    angle_deg: Annotated[StrictFloat, Between(0.0, 80.0)]
    source: StrictStr = "given"

    def __post_init__(self) -> None:
        if self.ball_mm * self.balls >= math.pi * self.pitch_mm:
            raise BearingError(
                f"{self.balls} balls of {self.ball_mm:g} mm do not fit on a pitch circle of "
                f"{self.pitch_mm:g} mm; correct balls, ball_mm or pitch_mm"
            )

    @property
    def _ratio(self) -> float:
        return self.ball_mm / self.pitch_mm * math.cos(math.radians(self.angle_deg))

    @property
    def ftf(self) -> float:
        """Cage (fundamental train frequency)."""
        return 0.5 * (1 - self._ratio)

    @property
    def bpfo(self) -> float:
        """Balls that pass a point of the outer race."""
        return self.balls * self.ftf

    @property
    def bpfi(self) -> float:
        """Balls that pass a point of the inner race."""
        return self.balls * (1 - self.ftf)

    @property
    def bsf(self) -> float:
        """Spin of a ball; a defect of the ball strikes a race twice in a turn."""
        return self.pitch_mm / (2 * self.ball_mm) * (1 - self._ratio**2)


@dataclass(frozen=True)
class _File(Table):
    bearings: tuple[Bearing, ...]


@cache
def table(path: Path = TABLE) -> tuple[Bearing, ...]:
    """Every bearing of the table."""
    checker = Checker(_File, BearingError, "every bearing needs names, balls, ball_mm and pitch_mm")
    made: _File = checker.made(read(path, BearingError, "table of bearings"), str(path))
    return made.bearings


def known(name: str) -> Bearing:
    """A bearing of the table by one of its names, in any case."""
    for bearing in table():
        if name.strip().upper() in (each.upper() for each in bearing.names):
            return bearing
    listed = ", ".join(bearing.names[0] for bearing in table())
    raise BearingError(
        f"bearing {name!r} is not in the table ({listed}); give its dimensions with --balls, "
        "--ball-mm, --pitch-mm and --angle"
    )


def of_dimensions(balls: int, ball_mm: float, pitch_mm: float, angle_deg: float = 0.0) -> Bearing:
    """A bearing by its dimensions, checked as those of the table."""
    made: Bearing = Checker(Bearing, BearingError, "").made(
        {
            "names": ("given",),
            "balls": balls,
            "ball_mm": float(ball_mm),
            "pitch_mm": float(pitch_mm),
            "angle_deg": float(angle_deg),
        },
        "bearing",
    )
    return made
