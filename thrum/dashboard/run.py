"""Serves the live page until Ctrl+C: `thrum dashboard --port PORT`."""

from __future__ import annotations

import argparse
import contextlib
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path

from thrum.artifacts import release
from thrum.config import from_tables
from thrum.dashboard.hub import Hub
from thrum.dashboard.server import DashboardError, Server
from thrum.dashboard.source import DeviceThread, Wanted
from thrum.device.interrupts import ended_by_hand
from thrum.paths import ROOT

BUILT = ROOT / "build" / "dashboard"  # the native firmware of --replay


def run(arguments: argparse.Namespace) -> int:
    """Entry point of the command; LineError or DashboardError when it cannot even begin."""
    made = release.load(arguments.model)
    hub = Hub()
    with ended_by_hand(), Server(hub, arguments.http) as server:
        wanted = _wanted(arguments, made)
        device = DeviceThread(wanted, hub, wanted.open())
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            device.start()
            print(f"Thrum's live page: {server.url} (Ctrl+C ends it)", flush=True)
            threading.Event().wait()
        except KeyboardInterrupt:
            with contextlib.suppress(OSError):  # the terminal may be gone
                print("\nEnding.", flush=True)
        finally:
            device.stop()  # first of all: it lets the board judge again
            server.shutdown()
    return 0


def _wanted(arguments: argparse.Namespace, made: release.Release) -> Wanted:
    if sum(map(bool, (arguments.port, arguments.command, arguments.replay))) != 1:
        raise DashboardError(
            "no device, or more than one: pass --port PORT, such as /dev/ttyUSB0 or "
            "socket://host:port, or --replay FILE, or a program after --"
        )
    command: Sequence[str] = arguments.command
    name = arguments.port or "a program"
    if arguments.replay:
        command = replayed(arguments.replay, arguments.model, arguments.learn)
        name = f"a replay of {arguments.replay.name}"
    return Wanted(
        port=arguments.port,
        baud=arguments.baud,
        command=command,
        name=name,
        spectrum=arguments.spectrum,
        learn=arguments.learn,
        cfg=from_tables(made.parameters),
        made=made,
    )


def replayed(recording: Path, model: Path, learn: int | None) -> list[str]:
    """The native firmware, built if need be, hearing a recording as slowly as it was made."""
    from scipy.io import wavfile

    from thrum.firmware import native

    if not recording.is_file():
        raise DashboardError(f"{recording}: no such file; correct --replay")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of chunks that it does not know
            rate, _ = wavfile.read(recording, mmap=True)
    except Exception as error:  # SciPy raises whatever it stumbles over
        raise DashboardError(
            f"{recording}: damaged, or not a WAV file ({error}); export it again"
        ) from None
    print("Building the firmware for this computer ...", flush=True)
    program = native.build(model, BUILT)
    baseline = ["--learn", str(learn)] if learn else []
    return [str(program), "--serve", "--realtime", "--rate", str(rate), *baseline, str(recording)]
