"""Recordings without a manifest: files, and all files of known formats in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from thrum.recordings.manifest import DatasetError, Entry
from thrum.recordings.readers import FORMATS


@dataclass(frozen=True)
class Given:
    """Facts that a person gives of all files, as in a manifest; empty: as each file says."""

    key: tuple[str, ...] = ()
    unit: str = ""
    rate_hz: float | None = None
    time: str = ""
    scale: float | None = None
    range_g: float | None = None
    bits: int = 16


def entries_below(path: Path, given: Given) -> Iterator[Entry]:
    """A file, or all recordings below a folder in the order of their names."""
    if not path.is_dir():
        yield bare(path, given)
        return
    found = [item for item in sorted(path.rglob("*")) if is_recording(item)]
    if not found:
        raise DatasetError(f"{path}: no file of a known format below; known: {', '.join(FORMATS)}")
    for item in found:
        yield bare(item, given)


def is_recording(path: Path) -> bool:
    """Whether a file has an extension of a known format, and is not hidden."""
    return path.suffix.lower() in FORMATS and not path.name.startswith(".") and path.is_file()


def bare(path: Path, given: Given, label: str = "healthy", session: str = "") -> Entry:
    """An entry for a file of which no manifest speaks."""
    return Entry(
        path,
        path.parent.name or "machine",
        "",
        label,
        session or path.stem,
        key=given.key,
        unit=given.unit,
        rate_hz=given.rate_hz,
        time=given.time,
        scale=given.scale,
        range_g=given.range_g,
        bits=given.bits,
    )
