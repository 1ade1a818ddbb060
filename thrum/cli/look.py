"""`thrum look`."""

from __future__ import annotations

import argparse
from pathlib import Path

from thrum.cli.options import add_given, given
from thrum.paths import ROOT

HELP = "show what is read of recordings: rate, unit, axes, RMS, doubts"
DESCRIPTION = (
    "Prints for each file what was read of it and how the rate was found, so that it can be "
    "checked before anything is judged. Reads text, WAV, NumPy, MATLAB, HDF5, JSON and CBOR of "
    "Edge Impulse, phyphox, LVM, TDMS and Parquet."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("paths", nargs="*", type=Path, metavar="FILE|FOLDER", help="recordings")
    parser.add_argument("--manifest", type=Path, metavar="FILE", help="read what a manifest lists")
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a recording, each on a line"
    )
    parser.add_argument(
        "--plot",
        type=Path,
        nargs="?",
        const=ROOT / "build" / "look",
        metavar="DIR",
        help="draw waveform and spectrum of each into a folder (default: build/look)",
    )
    add_given(parser)
    parser.set_defaults(fail=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Print what was read."""
    if not arguments.paths and arguments.manifest is None:
        arguments.fail("name a file or folder, or a manifest with --manifest")
    from thrum.look.look import look

    return look(
        arguments.paths,
        manifest=arguments.manifest,
        given=given(arguments),
        as_json=arguments.json,
        plots=arguments.plot,
    )
