"""Serves the live page until Ctrl+C: `thrum dashboard --port PORT`."""

from __future__ import annotations

import contextlib
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from thrum.artifacts import release
from thrum.artifacts.release import Release
from thrum.config import Config, Machine, from_tables
from thrum.dashboard.access import LOOPBACK, Access
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


Follow = tuple[Record, Request, Path]  # how to record, how to diagnose, the folder of the log


@dataclass(frozen=True)
class Station:
    """A board to show: its connection, its id in addresses and the log, its name for people.

    follow: what an alarm's button does; None: the page offers none.
    """

    connection: Connection
    id: str = "board"
    name: str = "a program"
    follow: Follow | None = None


def run(
    stations: Sequence[Station],
    *,
    model: Path = ARTIFACTS,
    replay: Path | None = None,
    spectrum: bool = False,
    learn: int | None = None,
    http_port: int = 8010,
    host: str = LOOPBACK,
    machine: Machine | None = None,
    log: Path | None = None,
    until: Callable[[Hub], None] | None = None,
) -> int:
    """Serve until Ctrl+C. LineError or DashboardError if it cannot start.

    replay: a WAV file that the native firmware plays instead of a device. spectrum: the devices
    stream their samples and this computer judges them. learn: windows of the baseline in that
    case; None: as many as the device learns. http_port: port of the page; 0: any free port. host:
    address that it listens at; beyond the loopback it wants the token of the URL that is printed.
    machine: its group sets the zones. log: file that keeps windows and events over a restart.
    until: returns when the page is to end; None: Ctrl+C does that.
    """
    made = release.load(model)
    cfg = replace(from_tables(made.parameters), machine=machine or Machine())
    panels = [_panel(station) for station in stations]
    with ended_by_hand(), Server(panels, http_port, Access.at(host)) as server:
        wanted = [_wanted(each, cfg, made, spectrum, learn) for each in stations]
        wanted = _checked(wanted, replay, model)
        devices = _devices(wanted, panels)
        _remember(panels, log)
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            for device in devices:
                device.start()
            print(f"Thrum's live page: {server.url} (Ctrl+C ends it)", flush=True)
            until(panels[0].hub) if until else threading.Event().wait()
        except KeyboardInterrupt:
            with contextlib.suppress(OSError):  # the terminal may be gone
                print("\nEnding.", flush=True)
        finally:
            for device in devices:
                device.stop()  # first, so that the board judges again
            server.shutdown()
            for panel in panels:
                panel.hub.close()
    return 0


def _panel(station: Station) -> Panel:
    hub = Hub()
    offered = station.follow if station.connection.port else None  # a program cannot be recorded
    followups = Followups(hub, *offered[:2], AlarmLog(offered[2])) if offered else None
    return Panel(hub, station.id, station.name, followups=followups)


def _wanted(
    station: Station, cfg: Config, made: Release, spectrum: bool, learn: int | None
) -> Wanted:
    link = station.connection
    follows = bool(station.follow and link.port)
    return Wanted(
        link.port, link.baud, link.command, station.name, spectrum, learn, cfg, follows, made
    )


def _devices(wanted: Sequence[Wanted], panels: Sequence[Panel]) -> list[DeviceThread]:
    """A single device must be there; of several each is waited for on its own."""
    made = []
    for one, panel in zip(wanted, panels, strict=True):
        transport = one.open() if len(wanted) == 1 else None
        device = DeviceThread(one, panel.hub, transport, panel.commands)
        if panel.followups is not None:
            panel.followups.attach(device)
        made.append(device)
    return made


def _remember(panels: Sequence[Panel], log: Path | None) -> None:
    """Show what the log holds of each board, and keep what comes."""
    if log is None:
        return
    for panel in panels:
        panel.hub.remember(History(log, panel.id, time.time_ns() // 1_000_000))


def _checked(wanted: list[Wanted], replay: Path | None, model: Path) -> list[Wanted]:
    """One device of whatever kind, or several boards at ports."""
    if len(wanted) == 1:
        return [_one_device(wanted[0], replay, model)]
    if replay is not None:
        raise DashboardError("--replay shows one recording: leave out --port")
    return wanted


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
