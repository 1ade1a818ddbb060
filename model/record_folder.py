"""Where recordings go: checked before anything is recorded, WAV files and a manifest afterwards."""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.manifest import read_manifest
from model.raw import Source
from model.recording_file import write_wav

I16 = npt.NDArray[np.int16]

MANIFEST = "manifest.toml"


class FolderError(ValueError):
    """Nothing can be recorded into this folder; the message says what to change."""


def check(folder: Path, source: Source) -> None:
    """Recordings of one manifest have one rate, so that one model can serve them."""
    manifest = folder / MANIFEST
    for entry in read_manifest(manifest) if manifest.exists() else ():
        if entry.rate_hz is not None and round(entry.rate_hz) != source.rate_hz:
            raise FolderError(
                f"{manifest} holds {entry.rate_hz:g} Hz ({entry.path.name}), the "
                f"board samples at {source.rate_hz} Hz: choose another --out"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        if manifest.exists():
            manifest.open("a").close()
    except OSError as error:
        raise _refused(folder, error) from None


def save(
    arguments: argparse.Namespace, source: Source, segments: Sequence[I16], facts: str
) -> list[Path]:
    """Write segments int16 counts (n, axes) and add them to the manifest.

    facts: board, sensor, firmware, measured rate and what was lost, for people.
    """
    if not segments:
        return []
    stamp = time.strftime("%Y%m%d-%H%M%S")
    stem = re.sub(r"[^\w-]+", "_", f"{arguments.machine}-{arguments.label}-{stamp}")
    facts = f"{facts}, {stamp}"
    notes = {
        "INAM": f"{arguments.machine}, {arguments.label}",
        "ICMT": f"32768 = {source.full_scale_g:g} g; {facts}",
    }
    paths = []
    try:
        for part, segment in enumerate(segments):
            name = f"{stem}.wav" if len(segments) == 1 else f"{stem}-{part + 1}.wav"
            paths.append(arguments.out / name)
            write_wav(paths[-1], segment, source.rate_hz, notes)
        with (arguments.out / MANIFEST).open("a", encoding="utf-8", newline="\n") as manifest:
            for path in paths:
                manifest.write(_entry(arguments, path, stem, facts, source))
    except OSError as error:
        raise _refused(arguments.out, error) from None
    return paths


def _refused(folder: Path, error: OSError) -> FolderError:
    return FolderError(f"cannot write to {folder}: {error.strerror}; choose another --out")


def _entry(
    arguments: argparse.Namespace, path: Path, session: str, facts: str, source: Source
) -> str:
    return f"""
# {facts}
[[recordings]]
file = {_quoted(path.name)}
machine = {_quoted(arguments.machine)}
condition = {_quoted(arguments.condition)}
label = {_quoted(arguments.label)}
session = {_quoted(session)}
unit = "g"
scale = {source.full_scale_g!r}
rate_hz = {source.rate_hz}
"""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else " " for c in escaped) + '"'
