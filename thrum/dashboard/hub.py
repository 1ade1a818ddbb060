"""Recent records for all tabs of the page, numbered, in bounded memory."""

from __future__ import annotations

import secrets
import threading
from collections import deque
from heapq import merge
from itertools import takewhile
from operator import itemgetter
from typing import Any

from thrum.dashboard.history import History
from thrum.dashboard.records import Record, note, of_event
from thrum.states import WORDS

FRAMES = 15_000  # windows: 20 minutes at 3.2 kHz, 5 hours at 200 Hz
EVENTS = 400  # changes of state, and the evidence of alarms
_EVENT_KINDS = ("event", "evidence", "followup", "note", "acknowledged")


class Hub:
    """Takes records from one thread and hands them to any number of other threads."""

    def __init__(self, frames: int = FRAMES, events: int = EVENTS) -> None:
        self.session = secrets.token_hex(4)  # changes when the numbers start from 0 again
        self._lock = threading.Lock()
        self._count = 0
        self._frames: deque[Record] = deque(maxlen=frames)
        self._events: deque[Record] = deque(maxlen=events)
        self._latest: dict[str, Record] = {}  # latest record of every other kind
        self._history: History | None = None
        self._before = ""  # state of the last event before a restart, until a window is heard

    def remember(self, history: History) -> None:
        """Show again what was kept before, and keep what comes. Call it before the first record."""
        with self._lock:
            self._history = history
            assert self._frames.maxlen is not None
            assert self._events.maxlen is not None
            self._restore(*history.load(self._frames.maxlen, self._events.maxlen))

    def close(self) -> None:
        """Close the log, if there is one."""
        with self._lock:
            if self._history is not None:
                self._history.close()
                self._history = None

    def publish(self, *records: Record) -> None:
        """Number the records and keep them."""
        with self._lock:
            for record in records:
                if self._before and record["kind"] == "frame":
                    self._resume(record)
                self._publish(record)

    def _publish(self, record: Record) -> None:
        self._count += 1
        numbered = {**record, "n": self._count}
        kept = True
        if record["kind"] == "frame":
            self._frames.append(numbered)
        elif record["kind"] in _EVENT_KINDS:
            self._events.append(numbered)
        else:
            self._latest[record["kind"]] = numbered
            kept = False
        if kept and self._history is not None and not self._history.problem:
            self._history.keep(numbered)
            if self._history.problem:
                self._publish(note(self._history.problem, record.get("t", 0)))

    def _restore(self, frames: list[Record], events: list[Record]) -> None:
        self._frames.extend(frames)
        self._events.extend(events)
        self._count = max((record["n"] for record in (*frames, *events)), default=0)
        changes = [record["state"] for record in events if record["kind"] == "event"]
        self._before = changes[-1] if changes else ""

    def _resume(self, frame: Record) -> None:
        """A change of state that happened while nobody listened."""
        state = WORDS[frame["state"]]
        if state != self._before:
            words = f"{state} when the program was started again"
            self._publish(of_event(state, 0, words, frame["t"]))
        self._before = ""

    def event(self, number: int) -> Record | None:
        """The event or evidence of a number."""
        with self._lock:
            return next((record for record in self._events if record["n"] == number), None)

    def now(self) -> dict[str, Any]:
        """The latest window, change of state and link, and which alarm was acknowledged last."""
        with self._lock:
            changes = (r for r in reversed(self._events) if r["kind"] == "event")
            seen = (r["of"] for r in reversed(self._events) if r["kind"] == "acknowledged")
            return {
                "frame": self._frames[-1] if self._frames else None,
                "event": next(changes, None),
                "acknowledged": next(seen, None),
                "link": self._latest.get("link"),
            }

    def kept(self) -> list[Record]:
        """The windows and events that are kept, in order."""
        with self._lock:
            return list(merge(self._frames, self._events, key=itemgetter("n")))

    def since(self, session: str, number: int) -> Record:
        """Everything after a number; everything there is, and `reset`, for another session."""
        with self._lock:
            known = session == self.session and 0 <= number <= self._count
            after = number if known else 0
            parts = [_newer(self._frames, after), _newer(self._events, after)]
            rest = sorted(self._latest.values(), key=itemgetter("n"))
            parts.append([record for record in rest if record["n"] > after])
            return {
                "session": self.session,
                "next": self._count,
                "reset": not known,
                "records": list(merge(*parts, key=itemgetter("n"))),
            }


def _newer(records: deque[Record], after: int) -> list[Record]:
    """Records after a number, in order. Reads from the end, so old records cost nothing."""
    return list(takewhile(lambda record: record["n"] > after, reversed(records)))[::-1]
