"""Messages that wait for the broker, in a file: nothing is lost while it is away.

Two kinds. An event (an alarm, a change of state) is kept until the broker has acknowledged it, and
is numbered for ever, so that a message that comes twice is seen as one. A state replaces the state
that waits under the same topic: only the newest is of use.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from dataclasses import dataclass
from pathlib import Path

MOST_EVENTS = 100_000  # some 40 MB; an alarm and its end every minute for a month
# A broker that is killed may lose what it had acknowledged: what is younger is sent again.
AGAIN_SECONDS = 60.0
_BATCH = 64

_TABLES = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL,
    payload TEXT NOT NULL,
    waiting INTEGER NOT NULL DEFAULT 1, -- to be sent
    acknowledged REAL -- by the broker for the first time, seconds since 1970; NULL: not yet
);
CREATE TABLE IF NOT EXISTS states (
    topic TEXT PRIMARY KEY,
    payload TEXT NOT NULL,
    change INTEGER NOT NULL, -- counts the payloads of this topic
    sent INTEGER NOT NULL -- change that the broker has acknowledged
);
CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


class OutboxError(ValueError):
    """The file cannot be used; the message names it and the remedy."""


@dataclass(frozen=True)
class Message:
    """One message; `seq` is 0 for a state, which the broker retains."""

    topic: str
    payload: str
    seq: int = 0
    change: int = 0  # of a state

    @property
    def retained(self) -> bool:
        """Whether the broker keeps it for who subscribes later."""
        return self.seq == 0


class Outbox:
    """The waiting messages. Any thread may call it."""

    def __init__(self, path: Path, most_events: int = MOST_EVENTS) -> None:
        self._lock = threading.Lock()
        self._most = most_events
        try:
            self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._file.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = FULL")
            self._file.executescript(_TABLES)
        except sqlite3.Error as error:
            raise OutboxError(
                f"{path}: cannot be used as the queue of messages ({error}); is another gateway "
                "running on it? Otherwise name another file with --queue"
            ) from None

    def event(self, topic: str, payload: str) -> int:
        """Keep an event until it is acknowledged; return its number.

        `{seq}` in the payload becomes the number. Beyond the bound the oldest is dropped and
        counted.
        """
        with self._lock, self._file:
            self._file.execute("BEGIN")
            added = self._file.execute(
                "INSERT INTO events (topic, payload) VALUES (?, '')", (topic,)
            )
            seq = int(added.lastrowid or 0)
            numbered = payload.replace('"{seq}"', str(seq))
            self._file.execute("UPDATE events SET payload = ? WHERE seq = ?", (numbered, seq))
            dropped = self._file.execute(
                "DELETE FROM events WHERE waiting AND seq <= ?", (seq - self._most,)
            ).rowcount
            if dropped:
                self._count("dropped", dropped)
        return seq

    def state(self, topic: str, payload: str) -> None:
        """Keep the newest state of a topic."""
        with self._lock:
            self._file.execute(
                "INSERT INTO states VALUES (?, ?, 1, 0) ON CONFLICT (topic) DO UPDATE SET "
                "payload = excluded.payload, change = change + 1",
                (topic, payload),
            )

    def waiting(self, after: int = 0, most: int = _BATCH) -> list[Message]:
        """What is to be sent next: events beyond this number in their order, then states."""
        with self._lock:
            events = self._file.execute(
                "SELECT topic, payload, seq FROM events WHERE waiting AND seq > ? "
                "ORDER BY seq LIMIT ?",
                (after, most),
            ).fetchall()
            states = self._file.execute(
                "SELECT topic, payload, 0, change FROM states WHERE change > sent LIMIT ?", (most,)
            ).fetchall()
        return [Message(*row) for row in events + states]

    def acknowledge(self, *messages: Message) -> None:
        """The broker has them. Events are kept for a while; see AGAIN_SECONDS.

        One transaction for all: each waits for the disk.
        """
        now = time.time()
        with self._lock, self._file:
            self._file.execute("BEGIN")
            for message in messages:
                self._acknowledge(message, now)
            self._file.execute(
                "DELETE FROM events WHERE NOT waiting AND acknowledged < ?", (now - AGAIN_SECONDS,)
            )

    def _acknowledge(self, message: Message, now: float) -> None:
        if message.seq:
            # The first time counts: what is sent again would otherwise stay young for ever.
            self._file.execute(
                "UPDATE events SET waiting = 0, acknowledged = coalesce(acknowledged, ?) "
                "WHERE seq = ?",
                (now, message.seq),
            )
        else:
            self._file.execute(
                "UPDATE states SET sent = max(sent, ?) WHERE topic = ?",
                (message.change, message.topic),
            )

    def send_again(self) -> None:
        """The connection was lost: every state, and the events of the last minute, once more."""
        with self._lock, self._file:
            self._file.execute("BEGIN")
            self._file.execute(
                "UPDATE events SET waiting = 1 WHERE acknowledged >= ?",
                (time.time() - AGAIN_SECONDS,),
            )
            self._file.execute("UPDATE states SET sent = 0")

    def forget(self, topic: str) -> None:
        """Drop a state: its board is no longer served."""
        with self._lock:
            self._file.execute("DELETE FROM states WHERE topic = ?", (topic,))

    def dropped(self) -> int:
        """Events that were lost to the bound, since the file was made."""
        with self._lock:
            row = self._file.execute("SELECT value FROM counts WHERE name = 'dropped'").fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()

    def _count(self, name: str, more: int) -> None:
        self._file.execute(
            "INSERT INTO counts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + ?",
            (name, more, more),
        )
