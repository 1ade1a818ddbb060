"""`thrum record`."""

from __future__ import annotations

import argparse
from pathlib import Path

from thrum.cli.options import add_device, connection, positive
from thrum.paths import ROOT

HELP = "record a board's raw samples for training and evaluation"
DESCRIPTION = (
    "Streams the samples of a board into WAV files and adds them to manifest.toml "
    "in the same folder."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_device(parser)
    parser.add_argument(
        "--label", choices=("healthy", "anomalous"), help="what the machine is like; needed"
    )
    parser.add_argument("--machine", metavar="NAME", help="which machine it is; needed")
    parser.add_argument(
        "--condition",
        default="as found",
        metavar="TEXT",
        help="speed, load or fault (default: as found)",
    )
    parser.add_argument(
        "--sensor", metavar="TEXT", help="which sensor, and where it sits (default: its type)"
    )
    parser.add_argument("--seconds", type=positive, default=60.0, metavar="S", help="default: 60")
    parser.add_argument(
        "--out",
        type=Path,
        default=ROOT / "recordings",
        metavar="DIR",
        help="folder (default: recordings)",
    )
    parser.add_argument(
        "--recover",
        type=Path,
        nargs="?",
        const=ROOT / "recordings",
        metavar="FOLDER",
        help="instead of recording, enter pieces in the manifest that a killed recorder left "
        "(default: recordings)",
    )
    parser.set_defaults(fail=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Record, or recover what a killed recorder has left."""
    if arguments.recover is not None:
        from thrum.recorder.recover import recover

        return recover(arguments.recover)
    if not (arguments.label and arguments.machine):
        arguments.fail("say --label and --machine, or --recover FOLDER")
    from thrum.recorder import record

    wanted = record.Wanted(
        label=arguments.label,
        machine=arguments.machine,
        condition=arguments.condition,
        sensor=arguments.sensor,
        seconds=arguments.seconds,
        out=arguments.out,
    )
    return record.run(connection(arguments), wanted)
