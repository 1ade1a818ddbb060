"""The line to a board: damaged and lost lines are noticed and repeated."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from vibration import native_firmware

from thrum.artifacts import release
from thrum.config import from_tables
from thrum.device.client import (
    Device,
    LostAnswerError,
    Transport,
)
from thrum.device.lines import LineBuffer
from thrum.device.transport import ProgramTransport
from thrum.verification.verify import Plan, cases

HEAD = (
    "import sys, time, binascii\n"
    "def seal(t): return t + '*%04x' % binascii.crc_hqx(t.encode(), 0)\n"
    "def say(*t): print(*t, flush=True)\n"
)

SECONDS = 2.0  # for an answer; a busy machine needs more than a fast one


class Noise:
    """A line that flips bits and swallows bytes, in both directions.

    It damages by the line, not by what one read happens to return: the same seed damages the same
    lines on a fast and on a busy machine.
    """

    def __init__(self, inner: Transport, seed: int, share: float) -> None:
        self._inner, self._share = inner, share
        self._down, self._up = (np.random.default_rng([seed, way]) for way in (0, 1))
        self._rest = b""
        self.hits = 0

    def write(self, data: bytes) -> None:
        self._inner.write(self._damage(self._down, data))

    def read(self, seconds: float) -> bytes:
        *lines, self._rest = (self._rest + self._inner.read(seconds)).split(b"\n")
        return b"".join(self._damage(self._up, line + b"\n") for line in lines)

    def close(self) -> None:
        self._inner.close()

    def _damage(self, rng: np.random.Generator, data: bytes) -> bytes:
        if rng.random() > self._share or not data.strip():
            return data
        self.hits += 1
        at = int(rng.integers(len(data)))
        flipped = bytes([data[at] ^ 1 << int(rng.integers(8))])
        return data[:at] + (flipped if rng.random() < 0.7 else b"") + data[at + 1 :]


def test_damaged_lines_are_repeated_and_nothing_else_changes() -> None:
    made = release.load()
    plan = Plan(made, from_tables(made.parameters), 6, 11)
    noise = Noise(ProgramTransport([str(native_firmware()), "--serve"]), 5, 0.01)
    device = Device(noise, SECONDS, tries=6)
    outcome = [case for case in cases(device, plan) if not case.name.startswith("refuses_")]
    device.close()
    assert noise.hits >= 3 and device.repeated >= 1
    bad = {case.name for case in outcome if case.message and not case.ignored}
    assert bad <= {"refusals_change_nothing"}
    assert sum(case.name.startswith("window_") for case in outcome) == 22


def test_a_lost_judgement_is_not_asked_for_again() -> None:
    program = "for line in sys.stdin: say('!F damaged*0000')"
    device = Device(ProgramTransport([sys.executable, "-c", HEAD + program]), 0.5)
    with pytest.raises(LostAnswerError):
        device.ask("p", "F", repeatable=False)
    device.close()


def test_lines_from_pieces() -> None:
    buffer = LineBuffer()
    assert buffer.push(b"ab") == []
    assert buffer.push(b"c\r\nd\n\xff") == ["abc", "d"]
    assert buffer.push(b"x" * 10_000) == []
    assert len(buffer.push(b"\n")[0]) < 1000
