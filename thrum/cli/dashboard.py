"""`thrum dashboard`."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from thrum.cli.diagnose import add_bearing, dimensions
from thrum.cli.options import add_config, add_device, add_model, positive
from thrum.paths import ROOT

HELP = "show boards' score, state, spectrum and alarms live in the browser"
DESCRIPTION = (
    "Serves a page for this computer's browsers, with --host also for others, and needs no "
    "internet. The board judges, and the page shows what it says; with --spectrum the board "
    "streams its samples instead, and this computer judges them with the same integers."
)


def windows(text: str) -> int:
    """Length of a baseline, as the firmware accepts it."""
    from thrum.config import FEWEST_WINDOWS, MOST_WINDOWS

    value = int(text)
    if not FEWEST_WINDOWS <= value <= MOST_WINDOWS:
        raise argparse.ArgumentTypeError(
            f"{text}: give a number from {FEWEST_WINDOWS} to {MOST_WINDOWS}"
        )
    return value


def tcp_port(text: str) -> int:
    """A port of this computer."""
    value = int(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError(f"{text}: give a number from 0 to 65535")
    return value


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_device(parser, several=True)
    parser.add_argument(
        "--replay",
        type=Path,
        metavar="FILE",
        help="a WAV file, heard by the firmware built for this computer, instead of a board",
    )
    parser.add_argument(
        "--spectrum",
        action="store_true",
        help="stream the samples and judge them here; the board does not judge meanwhile",
    )
    parser.add_argument(
        "--learn",
        type=windows,
        metavar="WINDOWS",
        help="windows of the baseline, with --spectrum or --replay (default: as the board has it)",
    )
    parser.add_argument(
        "--http",
        type=tcp_port,
        default=8010,
        metavar="PORT",
        help="the page's port; 0 takes any that is free (default: 8010)",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="address of this computer to serve at, such as 0.0.0.0 for its whole network; the "
        "page then needs the token of the URL that is printed (default: 127.0.0.1)",
    )
    parser.add_argument(
        "--log",
        type=Path,
        metavar="FILE",
        help="SQLite file that keeps alarms and history over a restart (default with --port: "
        "alarms/live.sqlite; else none)",
    )
    parser.add_argument(
        "--seconds",
        type=positive,
        default=30.0,
        metavar="S",
        help="to record when the page follows an alarm (default: 30)",
    )
    add_bearing(parser)
    add_model(parser)
    add_config(parser)
    parser.set_defaults(fail=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Serve."""
    given = dimensions(arguments)
    from thrum.dashboard import run as dashboard
    from thrum.dashboard.run import Station
    from thrum.device import address
    from thrum.device.transport import Connection
    from thrum.diagnosis.command import Request
    from thrum.recorder.follow import recorded
    from thrum.recorder.record import Wanted

    request = Request(arguments.rpm, arguments.bearing, given, config=arguments.config)
    request.geometry()  # an unknown bearing is told now, not after an alarm
    folder = ROOT / "alarms"
    wanted = Wanted("anomalous", "machine", "after an alarm", None, arguments.seconds, folder)
    stations = [
        Station(link, each.id, each.name, (partial(recorded, link, wanted), request, folder))
        for each in address.addresses(arguments.port or ())
        for link in [Connection(each.port, arguments.baud)]
    ]
    if arguments.command or not stations:
        port = arguments.port[0] if arguments.port else None  # with a program: one too many
        stations = [Station(Connection(port, arguments.baud, arguments.command))]
    return dashboard.run(
        stations,
        model=arguments.model,
        replay=arguments.replay,
        spectrum=arguments.spectrum,
        learn=arguments.learn,
        http_port=arguments.http,
        host=arguments.host,
        machine=request.machine(),
        log=arguments.log or (folder / "live.sqlite" if arguments.port else None),
    )
