"""`thrum headers`."""

from __future__ import annotations

import argparse
from pathlib import Path

from thrum.cli.options import add_model
from thrum.paths import ROOT

HELP = "write the C++ headers of a trained model"
DESCRIPTION = (
    "Writes include/model_*.h and test/golden.h, those that differ. Every build does this too."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_model(parser)
    parser.add_argument(
        "--root",
        type=Path,
        default=ROOT,
        metavar="DIR",
        help="project that gets the headers (default: this one)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the headers that differ."""
    from thrum.codegen.headers import write_headers

    written = write_headers(arguments.root, arguments.model)
    print("\n".join(f"wrote {path}" for path in written) or "All headers are up to date.")
    return 0
