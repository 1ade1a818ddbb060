"""Telemetry: one entry per window, and a sentence where it cannot be read."""

from __future__ import annotations

import pytest
from replays import BOOT, lines

from thrum.device.telemetry import TelemetryError, parse
from thrum.states import State


def test_telemetry_has_one_entry_per_window() -> None:
    seen = parse(lines("00112"))
    assert seen.boot["model"] == "0123456789ab"
    assert seen.state.tolist() == [0, 0, 1, 1, 2]
    assert seen.anomaly[-1] == 0.9
    assert [(e.state, e.window, e.detail) for e in seen.events] == [
        ("ok", 2, "10-20 Hz 3.00 sigma"),
        ("alarm", 4, "10-20 Hz 3.00 sigma"),
    ]
    assert seen.first(State.ALARM) == 4
    assert seen.first(State.FAULT) is None


def test_telemetry_skips_comments_of_other_kinds() -> None:
    assert len(parse([BOOT, "# anything else", "", *lines("01")])) == 2


@pytest.mark.parametrize("line", ["anomaly:0.9", "hello", "anomaly:0.10,z:1.00,rms_mg:1,state:7"])
def test_a_foreign_line_is_quoted(line: str) -> None:
    with pytest.raises(TelemetryError, match=line):
        parse([*lines("01"), line])


def test_silence_is_an_error() -> None:
    with pytest.raises(TelemetryError, match="no window"):
        parse([BOOT])
