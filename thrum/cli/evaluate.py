"""`thrum evaluate`."""

from __future__ import annotations

import argparse
from pathlib import Path

from thrum.cli.options import add_data, add_model, at_least_one
from thrum.paths import ROOT

HELP = "judge recordings by an honest protocol, print one table"
DESCRIPTION = (
    "Learns a baseline from the first half of a healthy recording and judges the "
    "rest: false alarms on the same and on other sessions, detection, delay, with "
    "95 % intervals, beside simple scores."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_model(parser)
    parser.add_argument(
        "--manifest",
        type=Path,
        metavar="FILE",
        help="your own recordings (default: synthetic and public ones)",
    )
    parser.add_argument(
        "--rate",
        type=at_least_one,
        metavar="HZ",
        help="rate at which the recordings of a manifest are judged (default: the configured one, "
        "or that of the slowest recording)",
    )
    parser.add_argument(
        "--summary",
        type=Path,
        nargs="?",
        const=ROOT / "README.md",
        metavar="FILE",
        help="print the short table and put it between the markers of FILE (default: README.md)",
    )
    add_data(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the table."""
    from thrum.evaluation import evaluate

    found = evaluate.evaluate(
        arguments.model,
        manifest=arguments.manifest,
        rate_hz=arguments.rate,
        data=arguments.data,
    )
    evaluate.print_table(found, arguments.summary)
    return 0
