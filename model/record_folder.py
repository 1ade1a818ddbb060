"""Where recordings go: checked before anything is recorded, WAV files and a manifest afterwards."""

from __future__ import annotations

import argparse
import itertools
import re
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.manifest import read_manifest
from model.raw import Source
from model.recording_file import write_wav

I16 = npt.NDArray[np.int16]

Facts = Mapping[str, str | float]

MANIFEST = "manifest.toml"
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


def save(
    arguments: argparse.Namespace, source: Source, segments: Sequence[I16], facts: Facts
) -> list[Path]:
    """Write segments int16 counts (n, axes) and add them to the manifest.

    facts: keys of the manifest that say where the recording comes from. FolderError where the
    folder takes nothing: the recording then lies in a temporary one, which the message names.
    """
    if not segments:
        return []
    stem = re.sub(r"[^\w-]+", "_", f"{arguments.machine}-{arguments.label}")[:LONGEST_NAME]
    stem = f"{stem}-{time.strftime('%Y%m%d-%H%M%S')}"
    try:
        return _write(
            arguments.out, _unused(arguments.out, stem), arguments, source, segments, facts
        )
    except OSError as error:
        refused = _refused(arguments.out, error)
    rescue = Path(tempfile.mkdtemp(prefix="thrum-"))
    _write(rescue, stem, arguments, source, segments, facts)
    raise FolderError(f"{refused}. The recording is in {rescue}")


def _unused(folder: Path, stem: str) -> str:
    """A name that no recording of the same second has."""
    names = (f"{stem}-{number}" if number > 1 else stem for number in itertools.count(1))
    return next(name for name in names if not any(folder.glob(f"{name}.wav")))


def _write(
    folder: Path,
    stem: str,
    arguments: argparse.Namespace,
    source: Source,
    segments: Sequence[I16],
    facts: Facts,
) -> list[Path]:
    words = ", ".join(f"{name} {value}" for name, value in facts.items())
    notes = {
        "INAM": f"{arguments.machine}, {arguments.label}",
        "ICMT": f"32768 = {source.full_scale_g:g} g; {words}",
    }
    keys = {
        "machine": arguments.machine,
        "condition": arguments.condition,
        "label": arguments.label,
        "session": stem,
        "unit": "g",
        "scale": source.full_scale_g,
        "rate_hz": source.rate_hz,
        **facts,
    }
    names = [f"{stem}.wav" if k == 0 else f"{stem}_{k + 1}.wav" for k in range(len(segments))]
    for name, segment in zip(names, segments, strict=True):
        write_wav(folder / name, segment, source.rate_hz, notes)
    entries = "".join(_entry({"file": name, **keys}) for name in names)
    with (folder / MANIFEST).open("a", encoding="utf-8", newline="\n") as manifest:
        manifest.write(entries)
    return [folder / name for name in names]


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
