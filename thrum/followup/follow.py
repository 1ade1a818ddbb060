"""Record, then diagnose, then attach: one path from an alarm to its likely cause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from thrum.diagnosis.command import Request, diagnose_file
from thrum.followup.log import Alarm, AlarmLog, Entry

Record = Callable[[], Sequence[Path]]  # records now; the files that it wrote


def follow(alarm: Alarm, record: Record, request: Request, log: AlarmLog) -> Entry:
    """Note the alarm, record, diagnose the longest file, and note each step with the alarm.

    A step that fails is noted with its reason: the alarm and what was recorded stay. LogError if
    the log itself cannot be written, before anything is recorded.
    """
    log.note(alarm, "alarm", **vars(alarm))
    try:
        paths = list(record())
    except Exception as error:  # whatever a device or a disk does, the log says so
        log.note(alarm, "failed", problem=f"not recorded: {_words(error)}")
        return log.entries()[alarm.key]
    if paths:
        log.note(alarm, "recorded", recordings=[str(path) for path in paths])
        _diagnose(alarm, paths, request, log)
    else:
        log.note(alarm, "failed", problem="not recorded: nothing was kept")
    return log.entries()[alarm.key]


def _diagnose(alarm: Alarm, paths: list[Path], request: Request, log: AlarmLog) -> None:
    """The longest piece: a gap ends a file."""
    try:
        longest = max(paths, key=lambda path: path.stat().st_size)
        found = diagnose_file(longest, request).as_json()
    except Exception as error:
        log.note(alarm, "failed", problem=f"not diagnosed: {_words(error)}")
        return
    log.note(alarm, "diagnosed", diagnosis=found)


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def told(entry: Entry) -> str:
    """An alarm and its cause in a few lines."""
    alarm = entry.alarm
    lines = [" ".join(str(alarm[name]) for name in ("at", "machine", "detail") if alarm.get(name))]
    causes = (entry.diagnosis or {}).get("causes", [])
    for number, cause in enumerate(causes, 1):
        evidence = cause.get("evidence") or [""]
        lines.append(f"  cause {number}     {cause['name']}: {evidence[0]}")
    lines += [f"  recording   {path}" for path in entry.recordings]
    lines += [f"  problem     {problem}" for problem in entry.problems]
    return "\n".join(lines)
