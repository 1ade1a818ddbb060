"""Files of measuring programs: LabVIEW text (.lvm), TDMS, Parquet, and zipped tables of phyphox."""

from __future__ import annotations

import itertools
import logging
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from thrum.recordings.extras import needed
from thrum.recordings.manifest import DatasetError
from thrum.recordings.source import Array, Source, listed
from thrum.recordings.table_text import table_of
from thrum.recordings.text_file import decoded, read_lines

_END_OF_HEADER = "***End_of_Header***"
_MOST_UNZIPPED = 2**31  # bytes


def read_lvm(path: Path, wanted: Sequence[str] = ()) -> Source:
    """LabVIEW measurement: two headers, then X_Value, the channels and a comment."""
    lines = read_lines(path)
    start = _end_of_header(path, lines) + 1
    separator = "," if _value(lines, "Separator") == "Comma" else "\t"
    body = [line.removesuffix(f"{separator}Comment") for line in lines[start:]]
    table = table_of(path, list(enumerate(body, start + 1)), wanted, separator)
    table = _with_units(table, _values(lines, "Y_Unit_Label", separator))
    step = _value(lines, "Delta_X", separator).replace(",", ".")
    columns = _value(lines, "X_Columns", separator)
    if columns in ("One", "Multi") or not step:
        return replace(table, units={**table.units, "X_Value": "s"}) if columns == "One" else table
    try:
        rate = 1.0 / float(step)
    except (ValueError, ZeroDivisionError):
        raise DatasetError(f"{path}: Delta_X = {step!r}: must be a time above 0 s") from None
    return replace(
        _without(table, "X_Value", "Comment"), rate_hz=rate, rate_how=f"Delta_X = {step} s"
    )


def _end_of_header(path: Path, lines: Sequence[str]) -> int:
    """Index of the line that ends the second header."""
    ends = [i for i, line in enumerate(lines) if line.strip().startswith(_END_OF_HEADER)]
    if not ends:
        raise DatasetError(f"{path}: no {_END_OF_HEADER}; rename it to .txt if it is a plain table")
    if len(ends) > 2:
        raise DatasetError(
            f"{path}: line {ends[2] + 1} begins another segment, and the pause between is not "
            "known; split the file there"
        )
    return ends[-1]


def _with_units(table: Source, units: Sequence[str]) -> Source:
    """Give the channels their units, which the header lists in their order."""
    channels = [name for name in table.names if name not in ("X_Value", "Comment")]
    given = {name: unit for name, unit in zip(channels, units, strict=False) if unit}
    return replace(table, units={**table.units, **given}, notes=())


def _without(table: Source, *names: str) -> Source:
    return replace(
        table,
        arrays={k: v for k, v in table.arrays.items() if k not in names},
        faults={k: v for k, v in table.faults.items() if k not in names},
        order=tuple(name for name in table.order if name not in names),
    )


def _values(lines: Sequence[str], name: str, separator: str = "\t") -> list[str]:
    """The cells behind a name in the headers; of the last one that has it."""
    found = [line.split(separator)[1:] for line in lines if line.startswith(name + separator)]
    return [cell.strip() for cell in found[-1]] if found else []


def _value(lines: Sequence[str], name: str, separator: str = "\t") -> str:
    if separator == "\t" and not any(line.startswith(name + "\t") for line in lines):
        separator = ","
    return next(iter(_values(lines, name, separator)), "")


def read_zip(path: Path, wanted: Sequence[str] = ()) -> Source:
    """The one table of a zip file, as phyphox exports it: what lies in folders describes it."""
    with zipfile.ZipFile(path) as archive:
        tables = [
            item
            for item in archive.infolist()
            if PurePosixPath(item.filename).suffix.lower() in (".csv", ".txt", ".tsv")
            and len(PurePosixPath(item.filename).parts) == 1
        ]
        if len(tables) != 1:
            names = [item.filename for item in tables]
            raise DatasetError(f"{path}: {len(tables)} tables ({listed(names)}); unpack the one")
        if tables[0].file_size > _MOST_UNZIPPED:
            raise DatasetError(f"{path}: {tables[0].file_size} bytes unpacked; unpack it yourself")
        text = decoded(path, archive.read(tables[0]))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return table_of(path, list(enumerate(lines, 1)), wanted)


class _Said(logging.Handler):
    """Keeps what a library logs as a warning."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(" ".join(record.getMessage()[:80].split()))


def read_tdms(path: Path, wanted: Sequence[str] = ()) -> Source:
    """Channels as group/channel, with the unit of each and the increment of those wanted."""
    tdms = needed("nptdms", "npTDMS", path)
    said = _heard("nptdms")
    with tdms.TdmsFile.open(path) as file:
        channels = _channels(file)
        arrays = {name: np.asarray(c[:]) for name, c in channels.items() if len(c)}
        units = _units({name: c.properties for name, c in channels.items()})
    chosen = [name for name in arrays if name in wanted] or list(arrays)
    step = _step(channels[name].properties for name in chosen)
    return Source(
        path,
        _numeric(arrays),
        units=units,
        rate_hz=1.0 / step if step else None,
        rate_how=f"wf_increment = {step:g} s" if step else "",
        doubts=tuple(f"damaged: {text}" for text in said.texts[:1]),
    )


def _channels(file: Any) -> dict[str, Any]:
    groups = [group.channels() for group in file.groups()]
    return {f"{c.group_name}/{c.name}": c for c in itertools.chain(*groups)}


def _numeric(arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {name: _whole(array) for name, array in arrays.items() if array.dtype.kind in "iufM"}


def _step(channels: Iterable[Mapping[str, Any]]) -> float:
    """Seconds between samples; 0.0 unless all channels that name one name the same."""
    steps = {float(properties.get("wf_increment", 0)) for properties in channels} - {0.0}
    return steps.pop() if len(steps) == 1 else 0.0


def _heard(library: str) -> _Said:
    """Collect the library's warnings instead of printing them: it reads on in a damaged file."""
    said = _Said()
    for name in [n for n in logging.root.manager.loggerDict if n.startswith(library)]:
        logging.getLogger(name).handlers = [said]
        logging.getLogger(name).propagate = False
    return said


def _units(channels: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """Units of the channels whose properties name one."""
    named = {
        name: properties.get("unit_string") or properties.get("NI_UnitDescription")
        for name, properties in channels.items()
    }
    return {name: str(unit) for name, unit in named.items() if unit}


def read_parquet(path: Path) -> Source:
    """Columns; times of day become nanoseconds."""
    table = needed("pyarrow.parquet", "pyarrow", path).read_table(path)
    arrays: dict[str, Array] = {}
    faults: dict[str, str] = {}
    for name in table.column_names:
        array = table.column(name).to_numpy()
        if array.dtype.kind in "iufM":
            arrays[name] = _whole(array)
        else:
            faults[name] = f"column {name!r} holds no numbers; name another with key"
    dates = {name: "ns" for name in arrays if table.column(name).to_numpy().dtype.kind == "M"}
    return Source(path, arrays, faults=faults, units=dates, order=tuple(table.column_names))


def _whole(array: Array) -> Array:
    return array.astype("datetime64[ns]").astype(np.int64) if array.dtype.kind == "M" else array
