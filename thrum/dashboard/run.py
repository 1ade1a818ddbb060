"""Serves the live page until Ctrl+C: `thrum dashboard --port PORT`."""

from __future__ import annotations

import contextlib
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from thrum.artifacts import release
from thrum.config import Machine, from_tables
from thrum.dashboard.access import LOOPBACK, Access
from thrum.dashboard.commands import Commands
from thrum.dashboard.followups import Followups
from thrum.dashboard.greeting import Wanted
from thrum.dashboard.history import History
from thrum.dashboard.hub import Hub
from thrum.dashboard.panel import Panel
from thrum.dashboard.server import DashboardError, Server
from thrum.dashboard.source import DeviceThread
from thrum.device.interrupts import ended_by_hand
from thrum.device.transport import Connection
from thrum.diagnosis.command import Request
from thrum.followup.follow import Record
from thrum.followup.log import AlarmLog
from thrum.paths import ARTIFACTS, ROOT

BUILT = ROOT / "build" / "dashboard"  # the native firmware of --replay


def run(
    connection: Connection,
    *,
    model: Path = ARTIFACTS,
    replay: Path | None = None,
    spectrum: bool = False,
    learn: int | None = None,
    http_port: int = 8010,
    host: str = LOOPBACK,
    follow: tuple[Record, Request, Path] | None = None,
    log: Path | None = None,
    until: Callable[[Hub], None] | None = None,
) -> int:
    """Serve until Ctrl+C. LineError or DashboardError if it cannot start.

    replay: a WAV file that the native firmware plays instead of a device. spectrum: the device
    streams its samples and this computer judges them. learn: windows of the baseline in that case;
    None: as many as the device learns. http_port: port of the page; 0: any free port. host:
    address that it listens at; beyond the loopback it wants the token of the URL that is printed.
    follow: how to record after an alarm, how to diagnose, and the folder of the log; None: the
    page offers none. log: file that keeps windows and events over a restart. until: returns when
    the page is to end; None: Ctrl+C does that.
    """
    made = release.load(model)
    history = (
        History(log, connection.port or "program", time.time_ns() // 1_000_000) if log else None
    )
    hub = Hub(history=history)
    machine = follow[1].machine() if follow else Machine()
    offered = follow if connection.port else None  # a program or a replay has nothing to record
    followups = Followups(hub, *offered[:2], AlarmLog(offered[2])) if offered else None
    commands = Commands()
    panel = Panel(hub, commands=commands, followups=followups)
    with ended_by_hand(), Server([panel], http_port, Access.at(host)) as server:
        known = Wanted(
            port=connection.port,
            baud=connection.baud,
            command=connection.command,
            name=connection.port or "a program",
            spectrum=spectrum,
            learn=learn,
            cfg=replace(from_tables(made.parameters), machine=machine),
            can_follow=followups is not None,
            made=made,
        )
        wanted = _one_device(known, replay, model)
        device = DeviceThread(wanted, hub, wanted.open(), commands)
        if followups is not None:
            followups.attach(device)
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            device.start()
            print(f"Thrum's live page: {server.url} (Ctrl+C ends it)", flush=True)
            until(hub) if until else threading.Event().wait()
        except KeyboardInterrupt:
            with contextlib.suppress(OSError):  # the terminal may be gone
                print("\nEnding.", flush=True)
        finally:
            device.stop()  # first, so that the board judges again
            server.shutdown()
            if history is not None:
                history.close()
    return 0


def _history(log: Path | None, connection: Connection) -> History | None:
    if log is None:
        return None
    return History(log, connection.port or "program", time.time_ns() // 1_000_000)


def _one_device(wanted: Wanted, replay: Path | None, model: Path) -> Wanted:
    if sum(map(bool, (wanted.port, wanted.command, replay))) != 1:
        raise DashboardError(
            "no device, or more than one: pass --port PORT, such as /dev/ttyUSB0 or "
            "socket://host:port, or --replay FILE, or a program after --"
        )
    if replay is None:
        return wanted
    command = replayed(replay, model, wanted.learn)
    return replace(wanted, command=command, name=f"a replay of {replay.name}")


def replayed(recording: Path, model: Path, learn: int | None) -> list[str]:
    """Command of the native firmware, built if necessary, that plays a recording in real time."""
    from scipy.io import wavfile

    from thrum.firmware import native

    if not recording.is_file():
        raise DashboardError(f"{recording}: no such file; correct --replay")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # warnings about unknown chunks
            rate, _ = wavfile.read(recording, mmap=True)
    except Exception as error:  # SciPy raises exceptions of many kinds
        raise DashboardError(
            f"{recording}: damaged, or not a WAV file ({error}); export it again"
        ) from None
    print("Building the firmware for this computer ...", flush=True)
    program = native.build(model, BUILT)
    baseline = ["--learn", str(learn)] if learn else []
    return [str(program), "--serve", "--realtime", "--rate", str(rate), *baseline, str(recording)]
