"""JSON and CBOR: acquisitions of Edge Impulse, and tables as lists or columns of numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np

from thrum.recordings import cells
from thrum.recordings.extras import needed
from thrum.recordings.manifest import DatasetError
from thrum.recordings.source import Array, Source
from thrum.recordings.text_file import decoded

_FEWEST = 2  # numbers of a column


def read_json(path: Path) -> Source:
    """An acquisition, {"x": [...], "y": [...]}, [{"x": 1}, ...] or [[1, 2], ...]."""
    try:
        found = json.loads(decoded(path, path.read_bytes()))
    except (ValueError, RecursionError) as error:
        if isinstance(error, DatasetError):
            raise
        raise DatasetError(f"{path}: not valid JSON: {error}; export it again") from None
    return _source(path, found)


def read_cbor(path: Path) -> Source:
    """The same in CBOR."""
    return _source(path, needed("cbor2", "cbor2", path).loads(path.read_bytes()))


def _source(path: Path, found: Any) -> Source:
    payload = found.get("payload") if isinstance(found, Mapping) else None
    if isinstance(payload, Mapping) and "values" in payload:
        return _acquisition(path, payload)
    columns = _columns(found)
    if not columns:
        raise DatasetError(
            f"{path}: no samples found; write an acquisition of Edge Impulse, lists of numbers by "
            "name, or a list of rows"
        )
    arrays: dict[str, Array] = {}
    faults: dict[str, str] = {}
    units: dict[str, str] = {}
    for name, values in columns.items():
        found_or_fault = _numbers_or_fault(name, values)
        if isinstance(found_or_fault, str):
            faults[name] = found_or_fault
        else:
            arrays[name], units[name] = found_or_fault
    rate = {name: np.float64(v) for name, v in _scalars(found).items()}
    units = {name: unit for name, unit in units.items() if unit}
    return Source(path, arrays, units=units, faults=faults, order=tuple(columns), constants=rate)


def _acquisition(path: Path, payload: Mapping[str, Any]) -> Source:
    sensors = _sensors(payload)
    names = [str(sensor["name"]) for sensor in sensors]
    values = payload["values"]
    if not names or not isinstance(values, list) or not values:
        raise DatasetError(f"{path}: the payload has no sensors or no values; export it again")
    rows = _rows(path, values, len(names))
    interval = payload.get("interval_ms")
    if not _is_number(interval) or not interval > 0:
        raise DatasetError(f"{path}: interval_ms = {interval!r}: must be above 0; correct it")
    try:
        columns = zip(*rows, strict=True)
        arrays = {n: np.array(v, np.float64) for n, v in zip(names, columns, strict=True)}
    except (TypeError, ValueError) as error:
        raise DatasetError(f"{path}: a value is no number ({error}); export it again") from None
    units = _units(sensors)
    return Source(
        path,
        arrays,
        units=units,
        rate_hz=1000.0 / interval,
        rate_how=f"interval_ms = {interval:g}",
        doubts=tuple(f"sensor {name!r} has no units" for name in names if not units.get(name)),
    )


def _rows(path: Path, values: list[Any], width: int) -> list[list[Any]]:
    """Values of each sample; a payload of one sensor may leave out the brackets."""
    rows = [row if isinstance(row, list) else [row] for row in values]
    for number, row in enumerate(rows):
        if len(row) != width:
            raise DatasetError(
                f"{path}: sample {number} has {len(row)} of {width} values; export it again"
            )
    return rows


def _sensors(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = payload.get("sensors")
    if not isinstance(found, list):
        return []
    return [sensor for sensor in found if isinstance(sensor, Mapping) and "name" in sensor]


def _units(sensors: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {str(s["name"]): str(s["units"]) for s in sensors if s.get("units")}


def _columns(found: Any) -> dict[str, Sequence[Any]]:
    """Values by name."""
    if isinstance(found, Mapping):
        return _of_lists({str(k): v for k, v in found.items() if _is_long(v)})
    if not _is_long(found):
        return {}
    if all(isinstance(row, Mapping) for row in found):
        names = dict.fromkeys(str(key) for row in found for key in row)
        return {name: [row.get(name) for row in found] for name in names}
    return _of_rows(found) or {"0": found}


def _is_long(value: Any) -> bool:
    return isinstance(value, list) and len(value) >= _FEWEST


def _of_lists(lists: Mapping[str, list[Any]]) -> dict[str, Sequence[Any]]:
    """Lists of numbers under their names, lists of rows as `name[0]`, `name[1]`."""
    rows = {f"{k}[{i}]": c for k, v in lists.items() for i, c in _of_rows(v).items()}
    return {**{k: v for k, v in lists.items() if not isinstance(v[0], list)}, **rows}


def _of_rows(rows: list[Any]) -> dict[str, Sequence[Any]]:
    if not all(isinstance(row, list) and len(row) == len(rows[0]) for row in rows):
        return {}
    return {str(i): column for i, column in enumerate(zip(*rows, strict=True))}


def _numbers_or_fault(name: str, values: Sequence[Any]) -> tuple[Array, str] | str:
    try:
        return _numbers(values)
    except cells.CellError as error:
        return f"{name!r}, sample {error.row}: {error}; correct it or choose with key"


def _numbers(values: Sequence[Any]) -> tuple[Array, str]:
    """The numbers of a column and their unit, if they were times in text."""
    if any(isinstance(value, str) for value in values):
        found = cells.column(["" if v is None else str(v) for v in values])
        return found.numbers, found.unit
    for row, value in enumerate(values):
        if not _is_number(value):
            raise cells.CellError(f"{value!r} is not a number", row)
    return np.array(values), ""


def _scalars(found: Any) -> dict[str, float]:
    pairs = found.items() if isinstance(found, Mapping) else ()
    return {str(name): float(value) for name, value in pairs if _is_number(value)}


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
