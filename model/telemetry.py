"""Reads what the firmware says: one line per window, events and the boot report behind '#'.

The lines are written by src/main.cpp and lib/vibration/src/thrum/telemetry.h.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.detector import State

_FRAME = re.compile(r"anomaly:(\d+\.\d+),z:(\d+\.\d+),rms_mg:(\d+),state:([0-4])")
_EVENT = re.compile(r"# (\w+) at window (\d+)(?:: *(.*))?")
_BOOT = re.compile(r"# thrum (.*)")


class TelemetryError(ValueError):
    """A line that is not the firmware's; the message holds it."""


@dataclass(frozen=True)
class Event:
    """A change of state: its name, the window's number counted from 0, and what came with it."""

    state: str
    window: int
    detail: str


@dataclass(frozen=True, eq=False)
class Telemetry:
    """One entry per window: mean score 0 to 1, RMS of |z| in sigma, vibration in mg, state."""

    boot: dict[str, str]
    anomaly: npt.NDArray[np.float64]
    z: npt.NDArray[np.float64]
    rms_mg: npt.NDArray[np.int64]
    state: npt.NDArray[np.int64]
    events: tuple[Event, ...]

    def __len__(self) -> int:
        return len(self.state)

    def first(self, state: State, start: int = 0) -> int | None:
        """Number of the first window from `start` on in this state."""
        found = np.flatnonzero(self.state[start:] == state)
        return start + int(found[0]) if len(found) else None


def parse(lines: Iterable[str]) -> Telemetry:
    """Telemetry of the lines; comments that are neither event nor boot report are skipped."""
    boot: dict[str, str] = {}
    frames: list[tuple[str, ...]] = []
    events: list[Event] = []
    for line in lines:
        if frame := _FRAME.fullmatch(line):
            frames.append(frame.groups())
        elif event := _EVENT.fullmatch(line):
            events.append(Event(event[1], int(event[2]) - 1, event[3] or ""))
        elif report := _BOOT.fullmatch(line):
            boot = dict(word.split(":", 1) for word in report[1].split() if ":" in word)
        elif line.strip() and not line.startswith("#"):
            raise TelemetryError(f"not a line of the firmware's telemetry: {line!r}")
    if not frames:
        raise TelemetryError("the firmware reported no window; is the recording long enough?")
    columns = [np.array(column) for column in zip(*frames, strict=True)]
    return Telemetry(
        boot,
        columns[0].astype(np.float64),
        columns[1].astype(np.float64),
        columns[2].astype(np.int64),
        columns[3].astype(np.int64),
        tuple(events),
    )
