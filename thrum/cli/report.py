"""`thrum report`."""

from __future__ import annotations

import argparse
from pathlib import Path

from thrum.cli.options import add_data, add_model
from thrum.paths import ROOT

HELP = "replay and evaluate recordings, write one HTML page"
NEEDS_PROJECT = True  # it builds the firmware
DESCRIPTION = (
    "Builds the firmware for this computer, replays every recording through it "
    "and writes a page that needs nothing else."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--out",
        type=Path,
        default=ROOT / "build" / "report.html",
        metavar="FILE",
        help="the page (default: build/report.html)",
    )
    add_model(parser)
    parser.add_argument(
        "--firmware",
        type=Path,
        metavar="PROGRAM",
        help="a native firmware with this model, instead of building one",
    )
    parser.add_argument(
        "--picture", type=Path, metavar="FILE", help="also draw the alarm timeline alone, as SVG"
    )
    add_data(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the page."""
    from thrum import report

    return report.run(
        arguments.out,
        model=arguments.model,
        firmware=arguments.firmware,
        drawing=arguments.picture,
        data=arguments.data,
    )
