"""The log on disk: the page shows the alarms and the history of before a restart.

One SQLite file for all boards. Every event is kept; of the windows the one with the highest score
of every few seconds, for a month. Times are those of this computer's clock.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path

from thrum.dashboard.records import Record

EVERY = 5_000  # ms that one window stands for
MONTH = 30 * 86_400_000  # ms
_TABLES = """
CREATE TABLE IF NOT EXISTS windows (board TEXT NOT NULL, n INTEGER, t INTEGER, record TEXT);
CREATE TABLE IF NOT EXISTS events (board TEXT NOT NULL, n INTEGER, t INTEGER, record TEXT);
CREATE INDEX IF NOT EXISTS windows_by_board ON windows (board, n);
CREATE INDEX IF NOT EXISTS events_by_board ON events (board, n);
"""


class HistoryError(ValueError):
    """The log cannot be used; the message names the file and the remedy."""


class History:
    """The log of one board in the file; several boards may share it, each with its own History."""

    def __init__(self, path: Path, board: str, now: int) -> None:
        """now: ms since 1970; windows a month before are dropped."""
        self._path, self._board = path, board
        self._lock = threading.Lock()
        self._worst: Record | None = None  # of the present few seconds
        self.problem = ""  # why nothing is kept any more
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.executescript(_TABLES)
            self._file.execute("DELETE FROM windows WHERE t < ?", (now - MONTH,))
        except (sqlite3.Error, OSError) as error:
            raise HistoryError(f"{path}: {error}; name another file with --log") from None

    def load(self, windows: int, events: int) -> tuple[list[Record], list[Record]]:
        """The last windows and events, in order, with the numbers that they had."""
        return self._last("windows", windows), self._last("events", events)

    def keep(self, record: Record) -> None:
        """Take a numbered window or event. Never raises: the page goes on without a log."""
        try:
            if record["kind"] != "frame":
                self._flush()
                self._insert("events", record)
            elif self._worst is None or record["t"] - self._worst["from"] >= EVERY:
                self._flush()
                self._worst = {**record, "from": record["t"]}
            elif record["score"] >= self._worst["score"]:
                self._worst = {**record, "from": self._worst["from"]}
        except sqlite3.Error as error:
            self.problem = f"The log is not written any more: {self._path}: {error}."

    def close(self) -> None:
        """Write the present window and close the file."""
        try:
            self._flush()
        except sqlite3.Error as error:
            self.problem = str(error)
        self._file.close()

    def _flush(self) -> None:
        if self._worst is not None:
            del self._worst["from"]
            worst, self._worst = self._worst, None
            self._insert("windows", worst)

    def _insert(self, table: str, record: Record) -> None:
        row = (self._board, record["n"], record.get("t"), json.dumps(record))
        with self._lock:
            self._file.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", row)

    def _last(self, table: str, count: int) -> list[Record]:
        question = f"SELECT record FROM {table} WHERE board = ? ORDER BY n DESC LIMIT ?"
        try:
            rows = self._file.execute(question, (self._board, count)).fetchall()
            return [dict(json.loads(row[0])) for row in reversed(rows)]
        except (sqlite3.Error, ValueError) as error:
            raise HistoryError(f"{self._path}: {error}; name another file with --log") from None
