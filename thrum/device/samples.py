"""Puts raw sample lines of a board together and counts the samples that were lost."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from thrum.device.client import LineError, decode
from thrum.device.lines import unseal
from thrum.device.pace import Pace

I16 = npt.NDArray[np.int16]

PER_LINE = 42  # samples
_SEQUENCE = 65_536
_HEAD, _TAIL = len("!r 65535 "), len("*hhhh\r\n")


@dataclass(frozen=True)
class Source:
    """Format of the samples of a board, as its answer to `?` has it."""

    rate_hz: int
    axes: int
    hop: int
    mg_per_count: float

    @staticmethod
    def of(about: dict[str, str]) -> Source:
        """From the answer to `?`."""
        try:
            return Source(
                int(about["rate_hz"]),
                int(about["axes"]),
                int(about["hop"]),
                int(about["mg_q12"]) / 4096,
            )
        except (KeyError, ValueError) as error:
            raise LineError(f"the board does not describe its samples: {error}") from None

    @property
    def full_scale_g(self) -> float:
        """Acceleration of the count 32768."""
        return self.mg_per_count * 32.768

    @property
    def lines_per_axis(self) -> int:
        """Lines that carry one window's new samples of one axis."""
        return math.ceil(self.hop / PER_LINE)

    @property
    def characters_per_second(self) -> float:
        """Largest number of characters a second that raw streaming sends."""
        rest = self.hop % PER_LINE
        counts = [PER_LINE] * (self.hop // PER_LINE) + ([rest] if rest else [])
        window = sum(_HEAD + 4 * math.ceil(2 * count / 3) + _TAIL for count in counts)
        return window * self.axes * self.rate_hz / self.hop

    def silent_after(self, least: float) -> float:
        """Seconds after which silence is an error: four windows, but at least `least` seconds."""
        return max(least, 4 * self.hop / self.rate_hz)

    def fastest_hz(self, baud: int) -> int:
        """The sampling rate whose raw stream fills a serial line: ten bits a character."""
        return math.floor(baud / 10 / self.characters_per_second * self.rate_hz)


class Assembler:
    """Takes lines as they come. A window with a gap is dropped, and ends a piece."""

    def __init__(self, source: Source, lost_before: int = 0) -> None:
        self.piece = 0  # number of the uninterrupted piece that the last window belongs to
        self._source = source
        self._per_window = source.lines_per_axis * source.axes
        self._expected = 0  # number of the next line, not wrapped
        self._parts: list[I16] = []  # of the current window
        self._gap = False  # in the current window
        self._cut = False  # since the last window
        self._device_lost = lost_before
        self._lost_before = lost_before
        self._delivered = 0  # windows

    @property
    def samples(self) -> int:
        """Samples per axis that arrived."""
        return self._delivered * self._source.hop

    @property
    def lost(self) -> int:
        """Samples per axis that are missing: in the board, and in windows dropped for a gap."""
        dropped = self._expected // self._per_window - self._delivered
        return self._device_lost - self._lost_before + dropped * self._source.hop

    @property
    def passed(self) -> int:
        """Samples per axis that arrived or should have."""
        return self.samples + self.lost

    def push(self, line: str) -> I16 | None:
        """Take a line; return the window (hop, axes) that it completes."""
        payload = unseal(line)
        if payload is None:
            return None  # its number will be missing
        kind, _, rest = payload.partition(" ")
        if kind == "!lost":
            total = int(rest)
            if total < self._device_lost:  # the sampler of the board was restarted
                self._lost_before -= self._device_lost
            self._device_lost = total
            self._gap = True
        if kind != "!r":
            return None
        number, _, data = rest.partition(" ")
        missing = (int(number) - self._expected) % _SEQUENCE
        place = (self._expected + missing) % self._per_window
        self._expected += missing + 1
        return self._place(place, missing > 0, np.frombuffer(decode(data), "<i2"))

    def _place(self, place: int, missing: bool, samples: I16) -> I16 | None:
        if missing:
            self._cut = True
            self._gap = place > 0
            self._parts = []
        self._parts.append(samples.astype(np.int16))
        if place + 1 < self._per_window:
            return None
        parts, self._parts = self._parts, []
        if self._gap:
            self._gap, self._cut = False, True
            return None
        axes = np.concatenate(parts).reshape(self._source.axes, -1)
        self.piece += self._cut and self._delivered > 0
        self._cut = False
        self._delivered += 1
        return np.ascontiguousarray(axes.T)


@dataclass
class Meter:
    """Measures rate and level of the samples that arrive."""

    axes: int
    pace: Pace = field(default_factory=Pace)
    clipped: int = 0
    windows: int = 0
    level: float = 0.0  # RMS of the latest window, counts
    levels: list[float] = field(default_factory=list)

    def take(self, window: I16, now: float, passed: int) -> None:
        """Count a window (hop, axes) that arrived at this time, with the samples until its end.

        passed: those that are lost as well.
        """
        self.pace.take(passed, now)
        ac = window - window.mean(axis=0)
        self.level = math.sqrt(float((ac * ac).sum(axis=1).mean()))
        self.levels.append(self.level)
        self.clipped += int((np.abs(window.astype(np.int32)) >= 32767).any(axis=1).sum())
        self.windows += 1

    @property
    def rate_hz(self) -> float:
        """Samples a second by this computer's clock; 0 when unknown."""
        return self.pace.rate_hz
