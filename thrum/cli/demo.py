"""`thrum demo`."""

from __future__ import annotations

import argparse
from pathlib import Path

from thrum.cli.options import add_data
from thrum.paths import ROOT

HELP = "train, build and replay a machine that goes bad"
NEEDS_PROJECT = True  # it builds the firmware
DESCRIPTION = (
    "Trains a scratch model, builds the firmware for this computer with it, "
    "replays a recording of a machine that goes bad, and writes a report. Exit "
    "code 0: the alarm came after the fault began and not before."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--out",
        type=Path,
        default=ROOT / "build" / "demo",
        metavar="DIR",
        help="scratch folder (default: build/demo)",
    )
    add_data(parser)


def run(arguments: argparse.Namespace) -> int:
    """Show it."""
    from thrum import config
    from thrum.demo import demo

    return demo(config.load(), arguments.out, arguments.data)
