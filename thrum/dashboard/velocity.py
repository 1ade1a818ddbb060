"""Velocity for the page: a calm value in mm/s and its ISO zone, added to each window."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

from thrum.dashboard.records import Record
from thrum.plant.zones import MEANING, Limits

WINDOWS = 32  # that the value on the page is the RMS of; one window of 256 samples flickers


class Zoned:
    """Averages the velocity of the last windows; judges it where the machine's group is set."""

    def __init__(self, limits: Limits | None) -> None:
        self._limits = limits
        self._squares: deque[float] = deque(maxlen=WINDOWS)

    def push(self, records: Sequence[Record]) -> list[Record]:
        """The records; windows with a velocity get `velocity`, and `zone` if there are limits."""
        return [self._one(record) for record in records]

    def _one(self, record: Record) -> Record:
        mm_s = record.get("mm_s")
        if record["kind"] != "frame" or mm_s is None:
            return record
        self._squares.append(mm_s * mm_s)
        mean = math.sqrt(sum(self._squares) / len(self._squares))
        zone = {} if self._limits is None else {"zone": self._limits.zone(mean)}
        return {**record, "velocity": round(mean, 3), **zone}

    def as_json(self) -> Record | None:
        """Limits in mm/s, their source and what each zone means; None without limits."""
        if self._limits is None:
            return None
        known = self._limits
        return {
            "limits": [known.a, known.b, known.c],
            "machine": f"{known.group}, {known.mounting} mounting",
            "source": known.source,
            "meaning": MEANING,
        }
