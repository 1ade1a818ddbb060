"""Files that verdicts go to."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import pytest

from thrum.gateway.sinks import COLUMNS, CsvSink, Happening, Reading, SinkError, SqliteSink

READING = Reading("pump", 1.5, "ok", 0.06, 0.16, 26, 2.31)
EVENT = Happening("pump", 2.0, "alarm", 7, 'said "x", y\nz')


def test_a_table_is_appended_to_and_has_one_head(tmp_path: Path) -> None:
    for _ in range(2):
        sink = CsvSink(tmp_path / "a.csv")
        sink.reading(READING)
        sink.happening(EVENT)
        sink.close()
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 5 and rows[0] == list(COLUMNS)
    shown = "1970-01-01T00:00:01.500Z,pump,reading,ok,0.06,0.16,26,2.31,,"
    assert rows[1] == shown.split(",")
    assert rows[4][8:] == ["7", EVENT.words]


def test_somebody_elses_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("t,x\n1,2\n", encoding="utf-8")
    with pytest.raises(SinkError, match="other columns"):
        CsvSink(path)
    assert path.read_text(encoding="utf-8") == "t,x\n1,2\n"
    with pytest.raises(SinkError, match="name another file with --sqlite"):
        SqliteSink(path)
    with pytest.raises(SinkError, match="--csv"):
        CsvSink(tmp_path)


def test_a_database_has_readings_and_events(tmp_path: Path) -> None:
    sink = SqliteSink(tmp_path / "a.db")
    sink.reading(READING)
    sink.happening(EVENT)
    sink.close()
    with sqlite3.connect(tmp_path / "a.db") as file:
        assert file.execute("SELECT * FROM readings").fetchall() == [
            (1.5, "pump", "ok", 0.06, 0.16, 26, 2.31)
        ]
        assert file.execute("SELECT seq, words FROM events").fetchall() == [(7, EVENT.words)]
