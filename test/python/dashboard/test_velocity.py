"""Velocity on the page: calm, and judged only where the machine is known."""

from __future__ import annotations

import pytest

from thrum.dashboard import records
from thrum.dashboard.records import Record
from thrum.dashboard.velocity import WINDOWS, Zoned
from thrum.device.telemetry import Frame
from thrum.plant.zones import limits
from thrum.states import State


def _frame(mm_s: float | None) -> Record:
    return records.of_frame(Frame(0.1, 0.2, 30, State.OK, mm_s), 0)


def test_the_value_is_the_rms_of_the_last_windows() -> None:
    zoned = Zoned(None)
    assert zoned.push([_frame(3.0), _frame(4.0)])[1]["velocity"] == pytest.approx(3.536)
    last = zoned.push([_frame(1.0)] * WINDOWS)[-1]
    assert last["velocity"] == 1.0
    assert "zone" not in last and zoned.as_json() is None


def test_the_zone_is_that_of_the_average() -> None:
    zoned = Zoned(limits("medium", "rigid"))
    assert [zoned.push([_frame(v)])[0]["zone"] for v in (1.4, 3.0, 9.0)] == ["A", "B", "D"]
    told = zoned.as_json()
    assert told is not None and told["limits"] == [1.4, 2.8, 4.5]
    assert "A.2" in told["source"] and told["meaning"]["D"] == "may damage the machine: act now"


def test_other_records_and_old_firmware_pass() -> None:
    zoned = Zoned(limits("small", "rigid"))
    old, link = _frame(None), records.link("live", "Connected.", 0)
    assert zoned.push([old, link]) == [old, link]
