"""Features of recordings as a table, for other tools: one row per window."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from model import params
from model.dataset import Recording, load_manifest, windows
from model.features import log_bands
from model.params import Config


def run(arguments: argparse.Namespace) -> int:
    """Entry of `python -m model features`."""
    cfg = params.load(arguments.config)
    recordings = load_manifest(arguments.manifest, cfg, arguments.data)
    if arguments.out is None:
        write(sys.stdout, recordings, cfg)
        return 0
    with Path(arguments.out).open("w", encoding="utf-8", newline="") as file:
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
    who = [recording.name, recording.machine, recording.session, recording.condition]
    for number, bands in enumerate(log_bands(windows(recording, cfg), cfg).tolist()):
        yield [*who, recording.label, number, *bands]
