from __future__ import annotations

from pathlib import Path

import pytest

from thrum.followup.log import Alarm, AlarmLog, LogError

ALARM = Alarm("20261201-101500", "93-96 Hz -8.78 sigma", "fan 1", 526)


def test_steps_of_an_alarm_come_together(tmp_path: Path) -> None:
    log = AlarmLog(tmp_path / "new" / "folder")
    assert log.entries() == {}
    log.note(ALARM, "alarm", **vars(ALARM))
    log.note(ALARM, "recorded", recordings=["a.wav"])
    log.note(Alarm("20261202-000000"), "alarm", **vars(Alarm("20261202-000000")))
    log.note(ALARM, "diagnosed", diagnosis={"causes": [{"name": "outer race"}]})
    first, second = log.entries().values()
    assert first.alarm == {
        "at": ALARM.at,
        "detail": ALARM.detail,
        "machine": "fan 1",
        "window": 526,
    }
    assert (first.recordings, first.first_cause, first.problems) == (["a.wav"], "outer race", [])
    assert (second.first_cause, second.diagnosis) == ("", None)


def test_a_writer_that_was_killed_half_way_costs_one_line(tmp_path: Path) -> None:
    log = AlarmLog(tmp_path)
    log.note(ALARM, "alarm", **vars(ALARM))
    with log.path.open("ab") as file:
        file.write(b'{"alarm": "20261201-101500-526", "step": "reco\xff')
    log.note(ALARM, "failed", problem="again")
    [entry] = log.entries().values()
    assert entry.problems == ["again"]
    assert entry.recordings == []


def test_lines_of_others_are_left_out(tmp_path: Path) -> None:
    log = AlarmLog(tmp_path)
    log.path.write_text('[]\n3\n{"step": "alarm"}\n{"alarm": "x", "step": "recorded"}\nnothing\n')
    assert log.entries() == {}


def test_a_log_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LogError, match=r"alarms\.jsonl: cannot be written.*--out"):
        AlarmLog(tmp_path / "file").note(ALARM, "alarm")
