"""`thrum calibrate`."""

from __future__ import annotations

import argparse
from pathlib import Path

from thrum.cli.options import add_data, add_simulated

HELP = "choose how long a deviation must last, by a budget of false alarms"
DESCRIPTION = (
    "Simulates healthy machines for days, prints false alarms against detection "
    "and delay, and chooses threshold, k and n of config.toml."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_simulated(parser, machines=60, days=4.0)
    parser.add_argument(
        "--threshold-from",
        type=float,
        metavar="SHARE",
        help="lowest threshold to consider (default: alarm.threshold, which recordings need)",
    )
    parser.add_argument("--write", action="store_true", help="edit the configuration file")
    parser.add_argument(
        "--manifest",
        type=Path,
        metavar="FILE",
        help="your own recordings: the healthy ones must keep the budget as well",
    )
    add_data(parser)


def run(arguments: argparse.Namespace) -> int:
    """Choose."""
    from thrum.calibration import calibrate

    return calibrate.run(
        machines=arguments.machines,
        days=arguments.days,
        hours=arguments.learn_hours,
        model=arguments.model,
        parameters=arguments.config,
        lowest=arguments.threshold_from,
        write=arguments.write,
        manifest=arguments.manifest,
        data=arguments.data,
    )
