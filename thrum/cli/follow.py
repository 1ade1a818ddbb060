"""`thrum follow`."""

from __future__ import annotations

import argparse
from pathlib import Path

from thrum.cli.diagnose import add_bearing, dimensions
from thrum.cli.options import add_config, add_device, connection, positive
from thrum.paths import ROOT

HELP = "after an alarm: record, diagnose, and keep both with it"
DESCRIPTION = (
    "Records a board, diagnoses the recording and notes both with the alarm in alarms.jsonl. "
    "With --list it shows what is noted."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_device(parser)
    parser.add_argument("--list", action="store_true", help="show the alarms of the log")
    parser.add_argument("--machine", default="machine", metavar="NAME", help="which machine it is")
    parser.add_argument("--alarm", default="", metavar="TEXT", help="what the alarm said")
    parser.add_argument("--seconds", type=positive, default=30.0, metavar="S", help="default: 30")
    parser.add_argument(
        "--out",
        type=Path,
        default=ROOT / "alarms",
        metavar="DIR",
        help="folder of log and recordings; no model is trained on it (default: alarms)",
    )
    add_bearing(parser)
    add_config(parser)
    parser.set_defaults(fail=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Follow an alarm, or show what is noted."""
    given = dimensions(arguments)
    from thrum.recorder import follow
    from thrum.recorder.record import Wanted

    if arguments.list:
        return follow.listed(arguments.out)
    from thrum.diagnosis.command import Request

    wanted = Wanted(
        label="anomalous",
        machine=arguments.machine,
        condition="after an alarm",
        seconds=arguments.seconds,
        out=arguments.out,
    )
    request = Request(arguments.rpm, arguments.bearing, given, config=arguments.config)
    return follow.follow_alarm(connection(arguments), wanted, request, arguments.alarm)
