"""The folder of recordings: it is checked first, then WAV files are written, then the manifest."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from thrum.device.samples import Source
from thrum.recordings.manifest import DatasetError, read_manifest
from thrum.recordings.wav import WavWriter

I16 = npt.NDArray[np.int16]

Facts = Mapping[str, str | float]

MANIFEST = "manifest.toml"
FACTS = "IKEY"  # RIFF INFO key of the manifest's keys, in JSON: see recover.py
REFUSED = ".refused"  # what is kept but must not be taken for a recording
LONGEST_FILE = 300_000_000  # samples per axis; the sizes in a WAV file end at 4 GB
LONGEST_NAME = 100  # characters of machine and label in a file's name


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


def unused_stem(folder: Path, machine: str, label: str, recorded: str) -> str:
    """A short name for the files of a recording that no file in the folder starts with."""
    stem = re.sub(r"[^\w-]+", "_", f"{machine}-{label}")[:LONGEST_NAME] + f"-{recorded}"
    names = (f"{stem}-{number}" if number > 1 else stem for number in itertools.count(1))
    return next(name for name in names if not any(folder.glob(f"{name}*.wav")))


class Pieces:
    """The uninterrupted pieces of a recording: one WAV file each, written as they arrive.

    stem: of the file's names; notes: RIFF INFO keys. OSError where the disk is full.
    """

    def __init__(self, folder: Path, stem: str, source: Source, notes: Mapping[str, str]) -> None:
        self.longest = 0  # samples per axis
        self._folder = folder
        self._stem = stem
        self._source = source
        self._notes = notes
        self._piece = 0
        self._written: list[WavWriter] = []

    def append(self, window: I16, piece: int) -> None:
        """Add int16 counts (n, axes) to a piece, which is the last one or a new one."""
        full = self._written and self._written[-1].frames >= LONGEST_FILE
        if not self._written or full or piece != self._piece:
            self._piece = piece
            self._begin()
        self._written[-1].append(window)
        self.longest = max(self.longest, self._written[-1].frames)

    def close(self, shortest: int) -> list[Path]:
        """Close the last piece, delete pieces with fewer samples, return the others."""
        for wav in self._written:
            wav.close()
            if wav.frames < shortest:
                wav.path.unlink(missing_ok=True)
        return [wav.path for wav in self._written if wav.frames >= shortest]

    def _begin(self) -> None:
        if self._written:
            self._written[-1].close()
        number = len(self._written) + 1
        path = self._folder / (f"{self._stem}_{number}.wav" if number > 1 else f"{self._stem}.wav")
        self._written.append(WavWriter(path, self._source.axes, self._source.rate_hz, self._notes))


def refused(paths: Sequence[Path]) -> list[Path]:
    """The files under names that nothing reads as recordings."""
    return [path.rename(path.with_name(path.name + REFUSED)) for path in paths]


def keys_of(source: Source, facts: Facts) -> dict[str, str | float]:
    """The keys of a recording in the manifest, but for its file."""
    return {"unit": "g", "scale": source.full_scale_g, "rate_hz": source.rate_hz, **facts}


def as_note(source: Source, facts: Facts) -> str:
    """The same keys, as they stand in each file."""
    return json.dumps(keys_of(source, facts))


def enter(folder: Path, paths: Sequence[Path], source: Source, facts: Facts) -> None:
    """Add files to the folder's manifest, but those recovered meanwhile. facts: its other keys."""
    known: set[str] = set()
    with contextlib.suppress(DatasetError):  # somebody broke it meanwhile: add all the same
        known = listed(folder)
    new = [path for path in paths if path.name not in known]
    add(folder, [{"file": path.name, **keys_of(source, facts)} for path in new])


def listed(folder: Path) -> set[str]:
    """Names of the files that the folder's manifest lists."""
    manifest = folder / MANIFEST
    entries = read_manifest(manifest) if manifest.exists() else ()
    return {entry.path.name for entry in entries}


def add(folder: Path, recordings: Sequence[Facts]) -> None:
    """Add recordings with all of their keys to the folder's manifest; FolderError: none is."""
    entries = "".join(_entry(keys) for keys in recordings)
    manifest = folder / MANIFEST
    before = manifest.stat().st_size if manifest.exists() else 0
    try:
        with manifest.open("a", encoding="utf-8", newline="\n") as file:
            file.write(entries)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.truncate(manifest, before)  # half an entry would make the manifest unreadable
        names = ", ".join(str(keys["file"]) for keys in recordings)
        raise FolderError(
            f"{_refused(folder, error)}. It has {names}, which {MANIFEST} lacks:{entries}"
        ) from None


def _refused(folder: Path, error: OSError) -> FolderError:
    return FolderError(f"cannot write to {folder}: {error.strerror}; choose another --out")


def _entry(keys: Facts) -> str:
    lines = (f"{name} = {_value(value)}\n" for name, value in keys.items())
    return "\n[[recordings]]\n" + "".join(lines)


def _value(value: str | float) -> str:
    if not isinstance(value, str):
        return repr(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else " " for c in escaped) + '"'
