"""A replay as text: an excerpt of what the firmware wrote, and the verdict."""

from __future__ import annotations

import re

from thrum.firmware.native import Replay
from thrum.states import State

_PROGRESS = re.compile(r"# operating state \d+ (?:learned|provisional|on trial):(\d+)/(\d+)")
_FIRST, _LAST = 3, 2  # telemetry lines that are shown besides the events


def excerpt(lines: list[str]) -> list[str]:
    """The first lines, every event with the line after it, the last lines; gaps are counted.

    Of the lines about the progress of learning only the last one is shown.
    """
    keep = set(range(_FIRST)) | set(range(len(lines) - _LAST, len(lines)))
    for i, line in enumerate(lines):
        progress = _PROGRESS.match(line)
        if line.startswith("#") and not (progress and progress[1] != progress[2]):
            keep |= {i, i + 1}
    shown, last = [], -1
    for i in sorted(k for k in keep if 0 <= k < len(lines)):
        if i > last + 1:
            shown.append(f"... {i - last - 1} more lines")
        shown.append(lines[i])
        last = i
    return shown


def verdict(replay: Replay) -> str:
    """The result of a replay in a sentence: alarm, false alarm or no alarm."""
    scene = replay.scene
    minutes = replay.seconds_of(replay.judged_healthy) / 60
    healthy = (
        f"{replay.false_alarms} of {replay.judged_healthy} judged healthy windows "
        f"({minutes:.1f} min) were in alarm"
    )
    if replay.alarm is None or replay.delay is None:
        result = f"NO ALARM after the change ({scene.change}); {healthy}"
    elif replay.false_alarms:
        result = f"FALSE ALARM: {healthy}"
    else:
        result = f"ALARM {replay.delay:.1f} s after the change ({scene.change}); {healthy}"
    faults = int((replay.telemetry.state == State.FAULT).sum())
    result += f"; {faults} windows reported a sensor fault" if faults else ""
    return (
        f"{result}\nReplay: {scene.seconds:.0f} s in {replay.elapsed * 1000:.0f} ms, "
        f"{replay.times_real_time:,.0f} times real time on one core"
    )
