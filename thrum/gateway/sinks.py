"""Files that verdicts go to, beside the broker or without one: --csv and --sqlite."""

from __future__ import annotations

import csv
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from thrum.gateway.payloads import clock


class SinkError(ValueError):
    """A sink cannot be used; the message names it and the remedy."""


@dataclass(frozen=True)
class Reading:
    """What is known of a board at a time: seconds since 1970; the rest as in telemetry."""

    board: str
    seconds: float
    state: str
    score: float
    z: float
    rms_mg: int
    mm_s: float | None = None


@dataclass(frozen=True)
class Happening:
    """An alarm or another change, with its number and words."""

    board: str
    seconds: float
    kind: str
    seq: int
    words: str


class Sink(Protocol):
    """Takes the readings and events of all boards, from any thread."""

    def reading(self, reading: Reading) -> None:
        """The newest facts of a board."""

    def happening(self, event: Happening) -> None:
        """A change."""

    def close(self) -> None:
        """Write what is kept back."""


COLUMNS = ("time", "board", "kind", "state", "score", "z_sigma", "rms_mg", "mm_s", "seq", "words")


class CsvSink:
    """One row for each reading and event, appended; a row is on disk before the next one comes."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            fresh = not path.exists() or path.stat().st_size == 0
            if not fresh and _first_row(path) != list(COLUMNS):
                raise SinkError(f"{path}: holds other columns than these; name another file")
            self._file = path.open("a", newline="", encoding="utf-8")
        except OSError as error:
            raise SinkError(f"{path}: {error.strerror}; name another file with --csv") from None
        self._rows = csv.writer(self._file)
        if fresh:
            self._write(COLUMNS)

    def reading(self, reading: Reading) -> None:
        """One row; its last two columns are empty."""
        r = reading
        shown = (r.state, f"{r.score:.2f}", f"{r.z:.2f}", r.rms_mg, _or_empty(r.mm_s))
        self._write((clock(r.seconds), r.board, "reading", *shown, "", ""))

    def happening(self, event: Happening) -> None:
        """One row without figures."""
        head = (clock(event.seconds), event.board, event.kind)
        self._write((*head, "", "", "", "", "", event.seq, event.words))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, row: tuple[object, ...]) -> None:
        with self._lock:
            self._rows.writerow(row)
            self._file.flush()


def _or_empty(mm_s: float | None) -> str:
    return "" if mm_s is None else f"{mm_s:.2f}"


def _first_row(path: Path) -> list[str]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return next(csv.reader(file), [])
    except (ValueError, csv.Error):
        return []


_TABLES = """
CREATE TABLE IF NOT EXISTS readings (
    time REAL NOT NULL, board TEXT NOT NULL, state TEXT NOT NULL,
    score REAL NOT NULL, z_sigma REAL NOT NULL, rms_mg INTEGER NOT NULL, mm_s REAL
);
CREATE INDEX IF NOT EXISTS readings_by_board ON readings (board, time);
CREATE TABLE IF NOT EXISTS events (
    time REAL NOT NULL, board TEXT NOT NULL, kind TEXT NOT NULL,
    seq INTEGER NOT NULL, words TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_by_board ON events (board, time);
"""


class SqliteSink:
    """Tables `readings` and `events`; time is in seconds since 1970."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.executescript(_TABLES)
        except sqlite3.Error as error:
            raise SinkError(f"{path}: {error}; name another file with --sqlite") from None

    def reading(self, reading: Reading) -> None:
        """One row of `readings`."""
        r = reading
        row = (r.seconds, r.board, r.state, r.score, r.z, r.rms_mg, r.mm_s)
        self._insert("INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def happening(self, event: Happening) -> None:
        """One row of `events`."""
        row = (event.seconds, event.board, event.kind, event.seq, event.words)
        self._insert("INSERT INTO events VALUES (?, ?, ?, ?, ?)", row)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _insert(self, statement: str, row: tuple[object, ...]) -> None:
        with self._lock:
            self._file.execute(statement, row)
