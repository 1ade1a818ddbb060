"""Reads what the firmware says: one line per window, events and the boot report behind '#'.

lines.py has their patterns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thrum.device import lines as patterns
from thrum.states import State


class TelemetryError(ValueError):
    """A line that the firmware does not write; the message quotes it."""


@dataclass(frozen=True)
class Frame:
    """One window: score 0 to 1, RMS of |z| in sigma, vibration in mg, state, velocity in mm/s.

    mm_s is None from firmware that does not know it.
    """

    anomaly: float
    z: float
    rms_mg: int
    state: State
    mm_s: float | None = None


@dataclass(frozen=True)
class Evidence:
    """The window of an alarm: vibration in mg, now and as learned; RMS of |z| and its bound.

    And how long the change had lasted: the windows that voted, and their whole seconds.
    """

    rms_mg: int
    baseline_mg: int
    z: float
    bound: float
    windows: int
    seconds: int

    @property
    def agree(self) -> bool:
        """Whether the plain deviations confirm the network."""
        return self.z >= self.bound


@dataclass(frozen=True)
class Event:
    """A change of state: its name, the window's number counted from 0, and what came with it."""

    state: str
    window: int
    detail: str


@dataclass(frozen=True, eq=False)
class Telemetry:
    """One entry per window: mean score 0 to 1, RMS of |z| in sigma, vibration in mg, state.

    mm_s: velocity RMS, NaN from firmware that does not know it.
    """

    boot: dict[str, str]
    anomaly: npt.NDArray[np.float64]
    z: npt.NDArray[np.float64]
    rms_mg: npt.NDArray[np.int64]
    state: npt.NDArray[np.int64]
    events: tuple[Event, ...]
    mm_s: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.state)

    def first(self, state: State, start: int = 0) -> int | None:
        """Number of the first window from `start` on in this state."""
        found = np.flatnonzero(self.state[start:] == state)
        return start + int(found[0]) if len(found) else None


def frame(line: str) -> Frame | None:
    """The window that a line reports, or None."""
    found = patterns.FRAME.fullmatch(line)
    if found is None:
        return None
    mm_s = None if found[4] is None else float(found[4])
    return Frame(float(found[1]), float(found[2]), int(found[3]), State(int(found[5])), mm_s)


def event(line: str) -> Event | None:
    """The change of state that a line reports, or None."""
    found = patterns.EVENT.fullmatch(line)
    return Event(found[1], int(found[2]) - 1, found[3] or "") if found else None


def evidence(line: str) -> Evidence | None:
    """The evidence in a line about the alarm before it, or None."""
    found = patterns.EVIDENCE.fullmatch(line)
    if found is None:
        return None
    now, learned, windows, seconds = (int(found[group]) for group in (1, 2, 6, 7))
    return Evidence(now, learned, float(found[3]), float(found[4]), windows, seconds)


def parse(lines: Iterable[str]) -> Telemetry:
    """Telemetry of the lines; comments that are neither event nor boot report are skipped."""
    boot: dict[str, str] = {}
    frames: list[Frame] = []
    events: list[Event] = []
    for line in lines:
        if window := frame(line):
            frames.append(window)
        elif change := event(line):
            events.append(change)
        elif report := patterns.BOOT.fullmatch(line):
            boot = dict(word.split(":", 1) for word in report[1].split() if ":" in word)
        elif line.strip() and not line.startswith("#"):
            raise TelemetryError(f"not a line of the firmware's telemetry: {line!r}")
    if not frames:
        raise TelemetryError("the firmware reported no window; is the recording long enough?")
    return _columns(boot, frames, events)


def _columns(boot: dict[str, str], frames: list[Frame], events: list[Event]) -> Telemetry:
    return Telemetry(
        boot,
        np.array([window.anomaly for window in frames], np.float64),
        np.array([window.z for window in frames], np.float64),
        np.array([window.rms_mg for window in frames], np.int64),
        np.array([window.state for window in frames], np.int64),
        tuple(events),
        np.array([window.mm_s for window in frames], np.float64),  # None becomes NaN
    )
