"""`thrum evaluate`."""

from __future__ import annotations

import argparse
from pathlib import Path

from thrum.cli.options import add_data, add_given, add_model, at_least_one, given
from thrum.paths import ROOT

HELP = "judge recordings by an honest protocol, print one table"
DESCRIPTION = (
    "Learns a baseline from the first half of a healthy recording and judges the "
    "rest: false alarms on the same and on other sessions, detection, delay, with "
    "95 % intervals, beside simple scores."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="FOLDER",
        help="your own recordings below folders that are called healthy, normal, ok, good or "
        "baseline, and faulty, anomalous, bad or fault",
    )
    for label in ("healthy", "faulty"):
        parser.add_argument(
            f"--{label}",
            action="append",
            default=[],
            metavar="NAME",
            help=f"another name of folders whose recordings are {label}",
        )
    parser.add_argument(
        "--join",
        action="store_true",
        help="join recordings of a session that are too short for one decision",
    )
    parser.add_argument(
        "--write-manifest", type=Path, metavar="FILE", help="write what FOLDER was assumed to be"
    )
    add_given(parser)
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
        "--machines",
        type=at_least_one,
        default=20,
        metavar="N",
        help="synthetic machines; 150 take minutes and tell scores apart (default: 20)",
    )
    parser.add_argument(
        "--summary",
        type=Path,
        nargs="?",
        const=ROOT / "docs" / "evaluation.md",
        metavar="FILE",
        help="print the short table, and put it between the markers of FILE (docs/evaluation.md)",
    )
    add_data(parser)
    parser.set_defaults(fail=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Print the table."""
    if arguments.folder is not None:
        for name in ("manifest", "summary", "data"):
            if getattr(arguments, name) is not None:
                arguments.fail(f"--{name} is for an evaluation without FOLDER")
        return _run_folder(arguments)
    if arguments.write_manifest is not None:
        arguments.fail("--write-manifest needs FOLDER")
    from thrum.evaluation import evaluate, tables

    if arguments.summary is not None:
        tables.marked(arguments.summary)  # before the work

    found = evaluate.evaluate(
        arguments.model,
        manifest=arguments.manifest,
        rate_hz=arguments.rate,
        data=arguments.data,
        machines=arguments.machines,
    )
    evaluate.print_table(found, arguments.summary)
    return 0


def _run_folder(arguments: argparse.Namespace) -> int:
    from thrum.evaluation.folder import Words, write_manifest
    from thrum.evaluation.own_folder import evaluate_folder

    found = evaluate_folder(
        arguments.folder,
        arguments.model,
        words=Words(tuple(arguments.healthy), tuple(arguments.faulty)),
        given=given(arguments),
        rate_hz=arguments.rate,
        join=arguments.join,
    )
    print(found.text())
    if arguments.write_manifest:
        write_manifest(found.found, arguments.write_manifest)
        print(f"\nWritten: {arguments.write_manifest}")
    return 0
