"""`python -m model headers`."""

from __future__ import annotations

import argparse
from pathlib import Path

from model.commands.options import add_model
from model.freshness import ROOT

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
    from model.codegen.headers import write_headers

    written = write_headers(arguments.root, arguments.model)
    print("\n".join(f"wrote {path}" for path in written) or "All headers are up to date.")
    return 0
