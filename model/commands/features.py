"""`python -m model features`."""

from __future__ import annotations

import argparse
from pathlib import Path

from model.commands.options import add_config

HELP = "write the log bands of recordings as CSV"
DESCRIPTION = (
    "One row per window: the integers that the firmware computes, log2 of each "
    "band's power in units of 1/256."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "manifest",
        type=Path,
        metavar="MANIFEST",
        help="describes the recordings; see model/manifests",
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="folder of the files (default: the manifest's)"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    add_config(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the table."""
    from model import export

    return export.run(arguments)
