"""The log on disk: what was there before a restart is there after it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from thrum.dashboard import records
from thrum.dashboard.history import EVERY, MONTH, History, HistoryError
from thrum.dashboard.hub import Hub
from thrum.dashboard.records import Record
from thrum.device.telemetry import Frame
from thrum.states import State

T = 1_700_000_000_000


def _frame(t: int, score: float = 0.1, state: State = State.OK) -> Record:
    return records.of_frame(Frame(score, 0.2, 30, state, 0.5), t)


def _hub(path: Path, board: str = "pump", now: int = T) -> Hub:
    hub = Hub()
    hub.remember(History(path, board, now))
    return hub


def test_alarms_and_history_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "log" / "live.sqlite"
    hub = _hub(path)
    hub.publish(*(_frame(T + 80 * i, 0.9 if i == 3 else 0.1) for i in range(200)))
    hub.publish(records.of_event("alarm", 525, "50-100 Hz +9.10 sigma x3.10", T + 16_000))
    alarm = hub.kept()[-1]
    hub.publish(records.acknowledged(alarm["n"], T + 17_000))
    again = _hub(path)  # the first was killed: nothing was closed
    kept = again.kept()
    assert kept[-2:] == hub.kept()[-2:], "the same numbers, so that what refers to them still does"
    windows = [record for record in kept if record["kind"] == "frame"]
    assert len(windows) == 16_000 // EVERY + 1 and windows[0]["score"] == 0.9
    assert again.since("", 0)["reset"] and again.event(alarm["n"]) == alarm
    assert _hub(path, "fan").kept() == [], "another board's"


def test_an_alarm_that_ended_meanwhile_is_not_still_on(tmp_path: Path) -> None:
    path = tmp_path / "live.sqlite"
    _hub(path).publish(records.of_event("alarm", 525, "", T))
    still = _hub(path)
    still.publish(_frame(T + 9_000, 0.9, State.ALARM))
    assert [r["kind"] for r in still.kept()] == ["event", "frame"]
    over = _hub(path)
    over.publish(_frame(T + 99_000), _frame(T + 99_080))
    told = [record for record in over.kept() if record["kind"] == "event"]
    assert [record["state"] for record in told] == ["alarm", "ok"]
    assert told[-1]["text"] == "ok when the program was started again"


def test_windows_are_kept_for_a_month_and_events_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "live.sqlite"
    history = History(path, "pump", T)
    hub = Hub()
    hub.remember(history)
    hub.publish(_frame(T), records.of_event("fault", 1, "stuck", T))
    history.close()
    assert [r["kind"] for r in _hub(path, now=T + MONTH + 1).kept()] == ["event"]


def test_a_log_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.write_bytes(b"no database at all" * 100)
    for path in (damaged, tmp_path, damaged / "below"):
        with pytest.raises(HistoryError, match="name another file with --log"):
            History(path, "pump", T)


def test_a_full_disk_is_said_once_and_the_page_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = History(tmp_path / "live.sqlite", "pump", T)

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(history, "_insert", full)
    hub = Hub()
    hub.remember(history)
    hub.publish(records.of_event("alarm", 1, "", T), records.of_event("ok", 2, "", T))
    assert [record["kind"] for record in hub.kept()] == ["event", "note", "event"]
    assert "disk is full" in hub.kept()[1]["words"]
