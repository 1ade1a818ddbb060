"""The log of alarms: a line of JSON for each step, appended, so that nothing written is lost.

An alarm is noted first, then what was recorded, then the diagnosis, or why a step failed. entries()
puts the lines of each alarm together.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAME = "alarms.jsonl"


class LogError(ValueError):
    """The log cannot be written; the message says what to change."""


@dataclass(frozen=True)
class Alarm:
    """at: local time, 20261201-101500. detail: what the firmware said, or what a person saw."""

    at: str
    detail: str = ""
    machine: str = ""
    window: int | None = None

    @property
    def key(self) -> str:
        """Its name in the log."""
        return self.at if self.window is None else f"{self.at}-{self.window}"


@dataclass
class Entry:
    """An alarm with all that followed. problems: why a step failed, in the order of time."""

    alarm: dict[str, Any] = field(default_factory=dict)
    recordings: list[str] = field(default_factory=list)
    diagnosis: dict[str, Any] | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def first_cause(self) -> str:
        """The likeliest cause, empty where there is no diagnosis."""
        causes = (self.diagnosis or {}).get("causes") or [{}]
        return str(causes[0].get("name", ""))


class AlarmLog:
    """The log of one folder, which also holds the recordings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / NAME

    def note(self, alarm: Alarm, step: str, **facts: Any) -> None:
        """Append a step; LogError if the folder cannot be written."""
        line = json.dumps({"alarm": alarm.key, "step": step, **facts}, ensure_ascii=False)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                if file.tell() and not self._ends_a_line():
                    file.write(b"\n")  # a writer was killed half way
                file.write(line.encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise LogError(
                f"{self.path}: cannot be written: {error.strerror}; choose another --out"
            ) from None

    def _ends_a_line(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"

    def entries(self) -> dict[str, Entry]:
        """Every alarm by its name, the oldest first; lines that are damaged are left out."""
        found: dict[str, Entry] = {}
        for line in self._lines():
            with contextlib.suppress(ValueError, KeyError, TypeError):
                step = json.loads(line)
                _add(found.setdefault(str(step["alarm"]), Entry()), step)
        return {key: entry for key, entry in found.items() if entry.alarm}

    def _lines(self) -> list[str]:
        try:
            return self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []


def _add(entry: Entry, step: dict[str, Any]) -> None:
    kind = step["step"]
    if kind == "alarm":
        entry.alarm = {name: step.get(name) for name in ("at", "detail", "machine", "window")}
    elif kind == "recorded":
        entry.recordings += [str(path) for path in step["recordings"]]
    elif kind == "diagnosed":
        entry.diagnosis = step["diagnosis"]
    elif kind == "failed":
        entry.problems.append(str(step["problem"]))
