"""Manifest: a small TOML file that says what each recording is.

folder = "cwru"                     # below the data directory; optional
[defaults]                          # for every recording below; optional
machine = "CWRU drive end"
unit = "g"                          # g, mg or m/s2
[[recordings]]
file = "1797_*_DE12.npz"            # glob patterns allowed; one recording per file
condition = "0 HP"                  # operating state
label = "anomalous"                 # or "healthy"
key = "DE"                          # variable(s) or column(s), one per axis; WAV: all channels
scale = "DE_scale_g"                # number or variable: g (unit) per stored count; WAV: full scale
time = "t"                          # CSV: column of times, in
time_unit = "s"                     # s, ms or us; the rate follows
rate_key = "fs"                     # variable that holds the rate, and / or
rate_hz = 12000                     # the rate; both: must agree
session = "1797"                    # recordings without re-installation between; default: the file
board = "nano33ble"                 # these are for people, `thrum record` writes them:
sensor = "LSM9DS1"                  # board, its sensor, its firmware and model by their hashes,
firmware = "0b7c61f2"               # when it was recorded, the rate that arrived and the samples
model = "ff197cba65ab"              # that were lost between the pieces of the recording
recorded = "20261128-101500"
measured_hz = 951.8
lost = 0
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from thrum.paths import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LABELS = ("healthy", "anomalous")
DATA_ENVIRONMENT = "THRUM_DATA"
PUBLIC = ROOT / "data"


class DatasetError(ValueError):
    """Recording or manifest unusable; the message names file, value and remedy."""


@dataclass(frozen=True)
class Entry:
    """One recording of a manifest; units as in the module's docstring."""

    path: Path
    machine: str
    condition: str
    label: str
    session: str
    key: tuple[str, ...] = ()
    time: str = ""
    time_unit: str = "s"
    unit: str = "g"
    scale: float | str = 1.0
    rate_hz: float | None = None
    rate_key: str = ""
    board: str = ""
    sensor: str = ""
    firmware: str = ""
    model: str = ""
    recorded: str = ""
    measured_hz: float = 0.0
    lost: int = 0


_KEYS = {item.name for item in fields(Entry)} - {"path"} | {"file"}


def data_directory(given: Path | str | None = None) -> Path | None:
    """The folder of public recordings: given, else THRUM_DATA, else the project's data, or None."""
    named = given or os.environ.get(DATA_ENVIRONMENT)
    if named:
        if not Path(named).is_dir():
            raise DatasetError(f"{named}: no such data directory; correct --data or THRUM_DATA")
        return Path(named)
    return PUBLIC if PUBLIC.is_dir() else None


def read_manifest(manifest: Path | str, directory: Path | str | None = None) -> tuple[Entry, ...]:
    """Entries of a manifest in file order; `directory` defaults to the manifest's own folder."""
    manifest = Path(manifest)
    tables = _tables(manifest)
    folder = Path(directory or manifest.parent) / tables.get("folder", "")
    defaults = tables.get("defaults", {})
    entries = [
        entry
        for table in tables.get("recordings", [])
        for entry in _entries(manifest, folder, {**defaults, **table})
    ]
    if not entries:
        raise DatasetError(f"{manifest}: no [[recordings]]")
    return tuple(entries)


def patterns(manifest: Path) -> tuple[str, tuple[str, ...]]:
    """The manifest's folder, and which of its files are patterns that a new file may match."""
    tables = _tables(manifest)
    files = (str(table.get("file", "")) for table in tables.get("recordings", []))
    return tables.get("folder", ""), tuple(name for name in files if _is_pattern(name))


def _tables(manifest: Path) -> dict[str, Any]:
    try:
        tables = tomllib.loads(manifest.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DatasetError(f"{manifest}: no such manifest") from None
    except tomllib.TOMLDecodeError as error:
        raise DatasetError(f"{manifest}: not valid TOML: {error}") from None
    unknown = sorted(set(tables) - {"folder", "defaults", "recordings"})
    if unknown:
        raise DatasetError(f"{manifest}: unknown {unknown[0]!r}; use folder, defaults, recordings")
    return tables


def _is_pattern(name: str) -> bool:
    return any(c in name for c in "*?[")


def _entries(manifest: Path, folder: Path, table: dict[str, Any]) -> list[Entry]:
    for name in sorted(set(table) - _KEYS):
        raise DatasetError(f"{manifest}: {name} is not a key; known: {', '.join(sorted(_KEYS))}")
    for name in ("file", "machine", "condition", "label"):
        if not isinstance(table.get(name), str):
            raise DatasetError(f'{manifest}: a recording lacks {name} = "...": {table}')
    if table["label"] not in LABELS:
        raise DatasetError(f"{manifest}: label = {table['label']!r}: must be {' or '.join(LABELS)}")
    pattern = table["file"]
    paths = sorted(folder.glob(pattern)) if _is_pattern(pattern) else [folder / pattern]
    if not paths:
        raise DatasetError(f"{folder / pattern}: matches no file; correct {manifest} or --data")
    key = table.get("key", ())
    rest = {name: value for name, value in table.items() if name != "file"}
    rest["key"] = (key,) if isinstance(key, str) else tuple(key)
    return [Entry(path=path, **{"session": path.stem, **rest}) for path in paths]
