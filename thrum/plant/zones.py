"""Zones A to D of a machine's velocity, by ISO 20816-3 and, below 15 kW, ISO 10816-1.

The limits were compared in several public transcriptions of the tables, which agree; the standards
themselves are sold. They hold for broad-band values, 10 Hz to 1 kHz (from 2 Hz below 600 r/min), at
the bearing housings, in steady operation; the largest of the directions counts.
"""

from __future__ import annotations

from dataclasses import dataclass

SLOW_RPM = 600.0  # below, ISO 20816-3 measures from 2 Hz on


@dataclass(frozen=True)
class Limits:
    """Upper limits of zones A, B and C in mm/s RMS, and where they are written."""

    group: str
    mounting: str
    a: float
    b: float
    c: float
    source: str

    def zone(self, mm_s: float) -> str:
        """A value on a limit still belongs to the better zone."""
        if mm_s != mm_s or mm_s < 0:
            raise ValueError(f"a velocity of {mm_s} mm/s has no zone")
        for name, limit in zip("ABC", (self.a, self.b, self.c), strict=True):
            if mm_s <= limit:
                return name
        return "D"


_LARGE = "ISO 20816-3:2022, table A.1"
_MEDIUM = "ISO 20816-3:2022, table A.2"
_SMALL = "ISO 10816-1:1995, annex B, class I"
TABLES = (
    Limits("large", "rigid", 2.3, 4.5, 7.1, _LARGE),  # above 300 kW
    Limits("large", "flexible", 3.5, 7.1, 11.0, _LARGE),
    Limits("medium", "rigid", 1.4, 2.8, 4.5, _MEDIUM),  # 15 to 300 kW
    Limits("medium", "flexible", 2.3, 4.5, 7.1, _MEDIUM),
    Limits("small", "rigid", 0.71, 1.8, 4.5, _SMALL),  # below 15 kW; class I knows no mounting
    Limits("small", "flexible", 0.71, 1.8, 4.5, _SMALL),
)
GROUPS = tuple(dict.fromkeys(limits.group for limits in TABLES))
MOUNTINGS = tuple(dict.fromkeys(limits.mounting for limits in TABLES))
MEANING = {
    "A": "as a new machine",
    "B": "fit for long-term operation",
    "C": "not fit for long-term operation: plan a repair",
    "D": "may damage the machine: act now",
}


def limits(group: str, mounting: str) -> Limits | None:
    """The limits of a machine, None where no group is set."""
    if not group:
        return None
    for each in TABLES:
        if (each.group, each.mounting) == (group, mounting):
            return each
    raise ValueError(
        f"machine group {group!r}, mounting {mounting!r}: must be one of {', '.join(GROUPS)} and "
        f"one of {', '.join(MOUNTINGS)}"
    )
