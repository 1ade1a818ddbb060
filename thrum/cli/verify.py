"""`thrum verify`."""

from __future__ import annotations

import argparse

from thrum.cli.options import add_device, add_model, at_least_one, connection, positive

HELP = "compare a board with the reference, bit for bit"
DESCRIPTION = (
    "Feeds a board windows over its serial line and compares every feature, "
    "score and decision with this computer's. The board then takes its stored baseline back."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_device(parser)
    parser.add_argument(
        "--windows",
        type=at_least_one,
        default=200,
        metavar="N",
        help="windows to judge after learning (default: 200)",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="default: a fresh one, printed")
    parser.add_argument(
        "--tolerance",
        type=int,
        choices=range(9),
        default=0,
        metavar="LSB",
        help="how far an output of the engine may be off, 0 to 8: 2 for CMSIS-NN (default: 0)",
    )
    parser.add_argument(
        "--seconds",
        type=positive,
        default=2.0,
        metavar="S",
        help="how long an answer may take (default: 2)",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print one JSON object")
    how.add_argument("--unity", action="store_true", help="print every comparison, for `pio test`")
    add_model(parser)


def run(arguments: argparse.Namespace) -> int:
    """Compare."""
    from thrum.verification import verify
    from thrum.verification.outcome import Report

    report = Report.JSON if arguments.json else Report.LINE

    return verify.run(
        connection(arguments),
        model=arguments.model,
        windows=arguments.windows,
        seed=arguments.seed,
        tolerance=arguments.tolerance,
        seconds=arguments.seconds,
        report=Report.UNITY if arguments.unity else report,
    )
