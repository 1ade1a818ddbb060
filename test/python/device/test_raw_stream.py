"""The stream of a board that ends it when the host is silent."""

from __future__ import annotations

from itertools import pairwise

import pytest

from thrum.device.client import Device
from thrum.device.raw_stream import RawStream, StoppedError


class Clock:
    """A board and a time that are played: each read passes the time that it may wait."""

    def __init__(self, lines: dict[float, bytes] | None = None) -> None:
        self.now = 0.0
        self.lines = dict(lines or {})
        self.told: list[float] = []

    def write(self, data: bytes) -> None:
        assert data == b"\n"
        self.told.append(self.now)

    def read(self, seconds: float) -> bytes:
        due = sorted(at for at in self.lines if at <= self.now + seconds)
        if not due:
            self.now += seconds
            return b""
        self.now = max(self.now, due[0])
        return self.lines.pop(due[0])

    def close(self) -> None:
        pass


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in ("client", "raw_stream"):
        monkeypatch.setattr(f"thrum.device.{module}.time.monotonic", lambda: made.now)
    return made


def test_the_board_hears_of_us_every_second_while_nothing_comes(clock: Clock) -> None:
    assert RawStream(Device(clock)).next_line(20.0) is None
    assert clock.now == pytest.approx(20.0)
    assert clock.told == pytest.approx(list(range(1, 20)), abs=0.1)


def test_the_board_hears_of_us_while_lines_come(clock: Clock) -> None:
    clock.lines = {0.1 * k: b"!r 0 AAAA*0000\n" for k in range(1, 200)}
    raw = RawStream(Device(clock))
    while clock.lines:
        assert raw.next_line(3.0)
    assert len(clock.told) == 19 and max(b - a for a, b in pairwise(clock.told)) < 1.2


def test_a_board_that_judges_again_is_said(clock: Clock) -> None:
    clock.lines = {0.5: b"anomaly:0.06,z:0.16,rms_mg:26,state:1\n"}
    with pytest.raises(StoppedError, match="asleep or busy for more than 5 s"):
        RawStream(Device(clock)).next_line(3.0)
