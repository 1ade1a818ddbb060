"""The exported table: ISO times, one row for each window and change, nothing that is a formula."""

from __future__ import annotations

import csv
from datetime import datetime

from thrum.dashboard import export, records
from thrum.device.telemetry import Frame
from thrum.states import State

T = 1_700_000_000_123


def test_windows_changes_and_requests_have_a_row_each() -> None:
    kept = [
        {**records.of_frame(Frame(0.25, 1.5, 26, State.OK, 0.62), T), "zone": "A"},
        records.of_event("alarm", 525, "50-100 Hz +9.10 sigma x3.10", T),
        records.note("The board learns the machine again, 256 windows.", T),
        records.acknowledged(2, T),
    ]
    rows = list(csv.DictReader(export.table(kept).splitlines()))
    assert [row["kind"] for row in rows] == ["frame", "event", "note", "acknowledged"]
    first, alarm = rows[:2]
    assert (first["state"], first["mm_s"], first["zone"]) == ("ok", "0.62", "A")
    assert alarm["words"] == "3.1 times the learned level at 50 to 100 Hz"
    when = datetime.fromisoformat(first["time"])
    assert when.timestamp() == T / 1000 and when.utcoffset() is not None


def test_words_of_a_board_do_not_become_a_formula() -> None:
    event = records.of_event("fault", 1, "=cmd()", T)
    [row] = csv.DictReader(export.table([event]).splitlines())
    assert row["words"] == "'=cmd()"
