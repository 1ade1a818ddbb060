"""Read one recording from any file into float64 samples in g, and say how it was read.

Called by dataset.load and thrum/look. Every failure is a DatasetError that names file, value and
remedy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thrum.recordings import (
    acquisition,
    arrays,
    checks,
    columns,
    instruments,
    ranges,
    sampling,
    table_text,
    wav_reading,
)
from thrum.recordings.manifest import UNITS, DatasetError, Entry
from thrum.recordings.source import MOST_AXES, Array, Source, as_columns, listed
from thrum.recordings.units import ACCELERATION, COUNTS

Floats = NDArray[np.float64]
_MOST_BYTES = 1 << 32  # of a file, as in a WAV file


@dataclass(frozen=True, eq=False)
class Reading:
    """A recording in g, and how it was read; jitter is a share of a step, None without times."""

    entry: Entry
    samples: Floats  # (n, axes)
    rate_hz: float
    rate_how: str
    jitter: float | None
    columns: tuple[str, ...]
    unit: str
    unit_how: str
    clipped: float
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def read(entry: Entry) -> tuple[Floats, float]:
    """Return samples (n, axes) in g and the rate in Hz of one manifest entry."""
    found = read_all(entry)
    return found.samples, found.rate_hz


def read_all(entry: Entry) -> Reading:
    """Read one manifest entry, with everything that there is to say about it."""
    try:
        source = open_source(entry)
        return _reading(ranges.ranged(entry, source), source)
    except DatasetError:
        raise
    except MemoryError:
        raise DatasetError(f"{entry.path}: larger than the memory; split the file") from None
    except Exception as error:
        words = " ".join(str(error).split()) or type(error).__name__
        raise DatasetError(f"{entry.path}: cannot be read ({words}); export it again") from error


def open_source(entry: Entry) -> Source:
    """The content of the file, by its extension."""
    path = entry.path
    if not path.exists():
        raise DatasetError(f"{path}: no such file; correct the manifest or pass --data DIR")
    if not path.is_file():
        raise DatasetError(f"{path}: is no file; name a recording")
    if path.stat().st_size > _MOST_BYTES:
        size = path.stat().st_size / 1e9
        raise DatasetError(f"{path}: {size:.3g} GB, a recording has 4 GB at most; split the file")
    suffix = path.suffix.lower()
    wanted = (*entry.key, *filter(None, [entry.time]))
    if suffix in _WITH_NAMES:
        return _WITH_NAMES[suffix](path, wanted)
    if suffix not in _READERS:
        raise DatasetError(f"{path}: unknown format; supported: {', '.join(FORMATS)}")
    return _READERS[suffix](path)


def _reading(entry: Entry, source: Source) -> Reading:
    time = columns.time_column(source, entry) if source.table or entry.time else ""
    keys, notes = _axes(entry, source, time)
    parts = [as_columns(source.pick(key)) for key in keys]
    _check_lengths(source, keys, parts)
    raw = np.concatenate(parts, axis=1)
    _check_axes(source, keys, raw)
    ranges.check_bits(entry, source, raw)
    unit, how, factors = _units(entry, source, keys)
    scale = np.repeat(np.array(factors), [part.shape[1] for part in parts])
    clipped = checks.clipped_share(source, raw)
    samples = raw.astype(np.float64) * (scale * _scale(entry, source, keys))
    checks.check_values(source, samples)
    rate = sampling.rate(source, entry, time, len(samples))
    doubts = checks.doubts(source, samples, clipped, how != _ASSUMED)
    return Reading(
        entry,
        samples,
        rate.rate_hz,
        rate.how,
        None if np.isnan(rate.jitter) else rate.jitter,
        tuple(source.full_name(key) for key in keys),
        unit,
        how,
        clipped,
        (*source.doubts, *rate.warnings, *_unread_unit(source, keys, how), *doubts),
        (*source.notes, *notes),
    )


def _axes(entry: Entry, source: Source, time: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if source.table:
        return columns.axes(source, entry, time)
    keys = entry.key or tuple(n for n in source.arrays if np.size(source.arrays[n]) > 1)
    if not keys:
        raise source.error('holds no samples; name the variable with key = "..."')
    if len(keys) > 1 and not entry.key:
        raise source.error(
            f'holds {listed(keys)}; name the samples with key = "...", or with key = ["x", ...] '
            "one variable per axis"
        )
    return keys, ()


def _check_lengths(source: Source, keys: Sequence[str], parts: Sequence[Array]) -> None:
    lengths = {len(part) for part in parts}
    if len(lengths) > 1:
        raise source.error(f"{', '.join(keys)} have unequal lengths {sorted(lengths)}")


def _check_axes(source: Source, keys: Sequence[str], raw: Array) -> None:
    if raw.dtype.kind not in "biuf":
        raise source.error(f"{', '.join(keys)} hold no numbers but {raw.dtype}; choose with key")
    if raw.shape[1] <= MOST_AXES:
        return
    rows = [f"{keys[0]}[{i}]" for i in range(min(raw.shape[1], raw.shape[0]))]
    names = rows if len(keys) == 1 else list(keys)
    raise source.error(
        f"{len(names)} axes ({listed(names)}); choose one to three with key = "
        f'"{names[0]}" or key = ["{names[0]}", "{names[-1]}"]'
    )


_ASSUMED = "assumed"
_UNIT_LIKE = re.compile(r"[\[(](?!\d+[\])])|/s|s\^?2|s²|\.\d")


def _units(entry: Entry, source: Source, keys: Sequence[str]) -> tuple[str, str, list[float]]:
    """The unit, where it is from, and the factor to g of each key."""
    said = [columns.unit_in(source, source.full_name(key)) for key in keys]
    for key, unit in zip(keys, said, strict=True):
        _check_unit(entry, source, key, unit)
    if entry.unit and entry.unit not in ACCELERATION:
        raise source.error(f"unit = {entry.unit!r}: must be {', '.join(UNITS)}")
    if entry.unit:
        return entry.unit, "manifest", [ACCELERATION[entry.unit]] * len(keys)
    if not ACCELERATION.keys().isdisjoint(said):
        return _units_in_file(said)
    if entry.scale is not None:
        return "g", "manifest", [1.0] * len(keys)
    in_file = f"{keys[0]}_scale_g" in source.arrays or source.full_scale_g is not None
    return "g", "file" if in_file else _ASSUMED, [1.0] * len(keys)


def _units_in_file(said: Sequence[str]) -> tuple[str, str, list[float]]:
    """The same from the file, where at least one column has a unit; the others are in g."""
    named = [unit if unit in ACCELERATION else "g" for unit in said]
    return ", ".join(dict.fromkeys(named)), "file", [ACCELERATION[unit] for unit in named]


def _unread_unit(source: Source, keys: Sequence[str], how: str) -> list[str]:
    """A name that seems to hold a unit, although none was understood."""
    names = [source.full_name(key) for key in keys]
    if how != _ASSUMED or not source.table:
        return []
    return [
        f"{name!r} may name a unit that is not known: read as g; add unit"
        for name in (*names, *(note for note in source.notes if len(source.lines)))
        if _UNIT_LIKE.search(name) or source.units.get(name)
    ]


def _check_unit(entry: Entry, source: Source, key: str, unit: str) -> None:
    """The file and the manifest must agree; other quantities and bare counts need a scale."""
    if entry.unit and unit in ACCELERATION and unit != entry.unit:
        raise source.error(
            f'the file says {unit} for {key!r}, the manifest unit = "{entry.unit}"; correct one'
        )
    if unit == COUNTS and entry.scale is None:
        raise source.error(
            f"{key!r} is in counts; add scale = g per count, such as 16 / 32768 for a range of "
            "16 g in 16 bits, or range_g and bits"
        )
    if unit and unit not in ACCELERATION and entry.scale is None:
        raise source.error(
            f"{key!r} is in {unit}, which is no acceleration; choose others with key, or add "
            f"scale = g per {unit}"
        )


def _scale(entry: Entry, source: Source, keys: Sequence[str]) -> float:
    """g (or unit) per stored number."""
    if isinstance(entry.scale, str):
        return _number(source, entry.scale) / source.full_scale
    if entry.scale is None:
        of_key = source.arrays.get(f"{keys[0]}_scale_g")
        if of_key is not None and of_key.size == 1 and not entry.unit:
            return float(of_key.reshape(-1)[0])
        return (source.full_scale_g or 1.0) / source.full_scale
    return entry.scale / source.full_scale


def _number(source: Source, name: str) -> float:
    return sampling.constant(source, name)


_WITH_NAMES: dict[str, Callable[[Any, Sequence[str]], Source]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".log", ".dat", ".asc"), table_text.read_table),
    ".lvm": instruments.read_lvm,
    ".zip": instruments.read_zip,
    ".tdms": instruments.read_tdms,
}
_READERS: dict[str, Callable[[Any], Source]] = {
    ".mat": arrays.read_mat,
    ".npy": arrays.read_npy,
    ".npz": arrays.read_npz,
    ".wav": wav_reading.read_wav,
    **dict.fromkeys((".h5", ".hdf5"), arrays.read_hdf5),
    ".json": acquisition.read_json,
    ".cbor": acquisition.read_cbor,
    ".parquet": instruments.read_parquet,
}
_FIRST = (".csv", ".tsv", ".txt", ".mat", ".npy", ".npz", ".wav")
FORMATS = (*_FIRST, *(name for name in (*_WITH_NAMES, *_READERS) if name not in _FIRST))
