"""`thrum diagnose`."""

from __future__ import annotations

import argparse
from pathlib import Path

from thrum.cli.options import add_config, add_given, at_least_one, given, positive

HELP = "likely causes of a vibration: bearing, unbalance, misalignment, looseness"
DESCRIPTION = (
    "Ranks the likely causes of a machine's vibration by its spectrum and envelope spectrum, with "
    "the evidence for each, or says `not clear` and why. Reads whatever `thrum look` reads."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("recording", nargs="+", type=Path, metavar="RECORDING", help="recordings")
    add_bearing(parser)
    parser.add_argument(
        "--baseline", type=Path, metavar="FILE", help="the same machine in health, to compare with"
    )
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a recording, each on a line"
    )
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="write a page that shows every marked line"
    )
    add_given(parser)
    add_config(parser)
    parser.set_defaults(fail=parser.error)


def add_bearing(parser: argparse.ArgumentParser) -> None:
    """--rpm, and the bearing by its name or its dimensions."""
    parser.add_argument(
        "--rpm",
        type=positive,
        metavar="RPM",
        help="speed of the shaft (default: what the file says, else estimated from the spectrum)",
    )
    parser.add_argument("--bearing", default="", metavar="NAME", help="bearing, such as 6205")
    parser.add_argument("--balls", type=at_least_one, metavar="N", help="or its balls or rollers,")
    parser.add_argument("--ball-mm", type=positive, metavar="MM", help="their diameter,")
    parser.add_argument("--pitch-mm", type=positive, metavar="MM", help="the pitch diameter,")
    parser.add_argument(
        "--angle", type=float, default=0.0, metavar="DEG", help="the contact angle (default: 0)"
    )


def dimensions(arguments: argparse.Namespace) -> tuple[int, float, float, float] | None:
    """Those of the command line, None where a name or nothing is given."""
    given = (arguments.balls, arguments.ball_mm, arguments.pitch_mm)
    if any(given) and (not all(given) or arguments.bearing):
        arguments.fail("give --bearing, or all of --balls, --ball-mm and --pitch-mm")
    return (*given, arguments.angle) if all(given) else None


def run(arguments: argparse.Namespace) -> int:
    """Diagnose each recording. Exit code 1 if one cannot be read."""
    given_dimensions = dimensions(arguments)
    if arguments.report and len(arguments.recording) > 1:
        arguments.fail("--report shows one recording")
    from thrum.diagnosis.command import Request, diagnose_files

    return diagnose_files(
        arguments.recording,
        Request(
            arguments.rpm,
            arguments.bearing,
            given_dimensions,
            arguments.baseline,
            given(arguments),
            arguments.config,
        ),
        as_json=arguments.json,
        page=arguments.report,
    )
