"""Manifest: a small TOML file that says what each recording is.

folder = "cwru"                     # below the data directory; optional
[defaults]                          # for every recording below; optional
machine = "CWRU drive end"
unit = "g"                          # g, mg or m/s2
[[recordings]]
file = "1797_*_DE12.npz"            # or a glob pattern, if no file has that name
condition = "0 HP"                  # operating state
label = "anomalous"                 # or "healthy"
key = "DE"                          # variable(s) or column(s), one per axis; WAV: all channels
scale = "DE_scale_g"                # number or variable: g (unit) per stored count; WAV: full scale
range_g = 16                        # instead of scale, for counts: g at full scale, and the bits
bits = 16                           # of a count, if not 16 (WAV: as the file says)
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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StrictFloat, StrictInt, StrictStr

from thrum.checked_toml import Allowed, Between, Checker, OneOf, Table, read
from thrum.paths import ROOT

LABELS = ("healthy", "anomalous")
UNITS = ("g", "mg", "m/s2")
TIME_UNITS = ("s", "ms", "us", "ns")
DATA_ENVIRONMENT = "THRUM_DATA"
PUBLIC = ROOT / "data"
_RATE = Between(1, 10_000_000, "a number, 1 to 10000000")  # Hz
_MOST = 1e9  # of anything that is measured
_OWN_SESSION = ""  # the name of the file


class DatasetError(ValueError):
    """Recording or manifest unusable; the message names file, value and remedy."""


class _Scale(Allowed):
    def holds(self, value: float | str | None) -> bool:
        return isinstance(value, str) or (value is not None and 0 < abs(value) <= _MOST)


def _listed(key: Any) -> Any:
    return (key,) if isinstance(key, str) else key


@dataclass(frozen=True)
class Entry(Table):
    """One recording of a manifest; units as in the module's docstring."""

    path: Annotated[Path, Field(alias="file")]
    machine: StrictStr
    condition: StrictStr
    label: Annotated[StrictStr, OneOf(*LABELS)]
    session: StrictStr
    key: Annotated[
        tuple[StrictStr, ...], BeforeValidator(_listed), Allowed("a text or a list of texts")
    ] = ()
    time: StrictStr = ""
    time_unit: Annotated[StrictStr, OneOf(*TIME_UNITS)] = ""
    unit: Annotated[StrictStr, OneOf(*UNITS)] = ""
    scale: Annotated[
        StrictFloat | StrictStr | None, _Scale("a number other than 0, or the name of a variable")
    ] = None
    range_g: Annotated[StrictFloat | None, Between(1e-6, _MOST, "a number above 0")] = None
    bits: Annotated[StrictInt, Between(6, 32)] = 16
    rate_hz: Annotated[StrictFloat | None, _RATE] = None
    rate_key: StrictStr = ""
    board: StrictStr = ""
    sensor: StrictStr = ""
    firmware: StrictStr = ""
    model: StrictStr = ""
    recorded: StrictStr = ""
    measured_hz: Annotated[StrictFloat, Between(0, _MOST)] = 0.0
    lost: Annotated[StrictInt, Between(0, 2**31 - 1)] = 0


@dataclass(frozen=True)
class _File(Table):
    """The manifest itself; each recording is checked together with the defaults."""

    folder: StrictStr = ""
    defaults: Annotated[dict[str, Any], Allowed("a table, write [defaults]")] = field(
        default_factory=dict
    )
    recordings: Annotated[
        tuple[dict[str, Any], ...], Allowed("a list of tables, write [[recordings]]")
    ] = ()


_FILE = Checker(_File, DatasetError, "")
_ENTRY = Checker(Entry, DatasetError, "every recording needs file, machine, condition and label")


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
    file = _file(manifest)
    folder = Path(directory or manifest.parent) / file.folder
    entries = [
        entry
        for table in file.recordings
        for entry in _entries(manifest, folder, {**file.defaults, **table})
    ]
    if not entries:
        raise DatasetError(f"{manifest}: no [[recordings]]")
    return tuple(entries)


def patterns(manifest: Path) -> tuple[str, tuple[str, ...]]:
    """The manifest's folder, and which of its files are patterns that a new file may match."""
    file = _file(manifest)
    names = (str(table.get("file", "")) for table in file.recordings)
    return file.folder, tuple(name for name in names if _is_pattern(name))


def _file(manifest: Path) -> _File:
    made: _File = _FILE.made(read(manifest, DatasetError, "manifest"), str(manifest))
    return made


def _is_pattern(name: str) -> bool:
    return any(c in name for c in "*?[")


def _entries(manifest: Path, folder: Path, table: dict[str, Any]) -> list[Entry]:
    source = f"{manifest}: {table['file']}" if "file" in table else str(manifest)
    entry: Entry = _ENTRY.made({"session": _OWN_SESSION, **table}, source)
    pattern = table["file"]
    is_name = not _is_pattern(pattern) or (folder / pattern).is_file()  # a name may have brackets
    paths = [folder / pattern] if is_name else _matching(folder, pattern, source)
    if not paths:
        raise DatasetError(f"{folder / pattern}: matches no file; correct {manifest} or --data")
    return [replace(entry, path=path, session=entry.session or path.stem) for path in paths]


def _matching(folder: Path, pattern: str, source: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern))
    except (NotImplementedError, ValueError) as error:  # an absolute one; ** beside other letters
        raise DatasetError(f"{source}: not a pattern below {folder}: {error}") from None
