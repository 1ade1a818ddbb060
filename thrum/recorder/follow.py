"""`thrum follow`: after an alarm record a board, diagnose it, and keep both with the alarm."""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path

from thrum.device.transport import Connection
from thrum.diagnosis.command import Request
from thrum.followup.follow import follow, told
from thrum.followup.log import Alarm, AlarmLog
from thrum.recorder import record
from thrum.recorder.record import RecordError, Wanted


def follow_alarm(connection: Connection, wanted: Wanted, request: Request, detail: str) -> int:
    """Exit code 1 where nothing was diagnosed; the log says why."""
    connection.check()
    request.geometry()  # an unknown bearing is no reason to lose a recording
    alarm = Alarm(time.strftime("%Y%m%d-%H%M%S"), detail, wanted.machine)
    log = AlarmLog(wanted.out)
    entry = follow(alarm, partial(recorded, connection, wanted), request, log)
    print(told(entry))
    print(f"  log         {log.path}")
    if entry.diagnosis is None:
        print(f"error: nothing was diagnosed; {log.path} says why", file=sys.stderr)
    return int(entry.diagnosis is None)


def recorded(connection: Connection, wanted: Wanted) -> list[Path]:
    """Record; the files that are new in the folder, also where the recording ended early."""
    before = set(wanted.out.glob("*.wav"))
    record.run(connection, wanted)
    made = sorted(set(wanted.out.glob("*.wav")) - before)
    if not made:
        raise RecordError("not one uninterrupted window arrived")
    return made


def listed(folder: Path) -> int:
    """Print every alarm of the log."""
    entries = AlarmLog(folder).entries()
    for entry in entries.values():
        print(told(entry))
    if not entries:
        print(f"no alarm in {AlarmLog(folder).path}")
    return 0
