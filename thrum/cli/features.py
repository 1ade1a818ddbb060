"""`thrum features`."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from thrum.cli.options import add_config
from thrum.paths import written_whole

if TYPE_CHECKING:
    from thrum.config import Config
    from thrum.recordings.dataset import Recording

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
    from thrum import config
    from thrum.recordings.dataset import load_manifest

    cfg = config.load(arguments.config)
    recordings = load_manifest(arguments.manifest, cfg, arguments.data)
    if arguments.out is None:
        write(sys.stdout, recordings, cfg)
        return 0
    with written_whole(arguments.out) as file:
        count = write(file, recordings, cfg)
    print(f"{count} windows of {len(recordings)} recordings are in {arguments.out}")
    return 0


def write(file: TextIO, recordings: list[Recording], cfg: Config) -> int:
    """Write a CSV table; the bands are log2 of the power in Q8. Returns the number of windows."""
    table = csv.writer(file, lineterminator="\n")
    bands = [f"band{k}" for k in range(cfg.features.bands)]
    table.writerow(["recording", "machine", "session", "condition", "label", "window", *bands])
    count = 0
    for recording in recordings:
        for row in _rows(recording, cfg):
            table.writerow(row)
            count += 1
    return count


def _rows(recording: Recording, cfg: Config) -> Iterator[list[str | int]]:
    from thrum.recordings.dataset import windows
    from thrum.reference.features import log_bands

    who = [recording.name, recording.machine, recording.session, recording.condition]
    for number, bands in enumerate(log_bands(windows(recording, cfg), cfg).tolist()):
        yield [*who, recording.label, number, *bands]
