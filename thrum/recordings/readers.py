"""Read one recording from text, WAV, NumPy or MATLAB files into float64 samples in g.

Called by dataset.load. Every failure is a DatasetError that names file, value and remedy.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thrum.recordings.manifest import UNITS, DatasetError, Entry
from thrum.recordings.table_text import read_table

Floats = NDArray[np.float64]

_MOST_AXES = 3
_LISTED = 9  # columns that an error names
_RATE_TOLERANCE = 0.01
_SATURATED_SHARE = 0.001


def read(entry: Entry) -> tuple[Floats, float]:
    """Return samples (n, axes) in g and the rate in Hz of one manifest entry."""
    if not entry.path.is_file():
        raise DatasetError(f"{entry.path}: no such file; correct the manifest or pass --data DIR")
    reader = _READERS.get(entry.path.suffix.lower())
    if reader is None:
        raise DatasetError(f"{entry.path}: unknown format; supported: {', '.join(_READERS)}")
    try:
        raw, found_rate, scale = reader(entry)
    except DatasetError:
        raise
    except Exception as error:
        raise DatasetError(f"{entry.path}: cannot be read ({error}); export it again") from error
    samples = _as_columns(entry, raw) * (scale * _unit(entry))
    return samples, _rate(entry, found_rate)


def _read_csv(entry: Entry) -> tuple[Any, float | None, float]:
    table = read_table(entry.path, (*entry.key, *filter(None, [entry.time])))
    rate = table.rate(entry.time, entry.time_unit) if entry.time else None
    keys = entry.key or tuple(name for name in table.names if name not in ("", entry.time))
    _check_axes(entry, keys)
    return np.stack([table.column(key) for key in keys], axis=1), rate, _scale(entry, {})


def _read_wav(entry: Entry) -> tuple[Any, float | None, float]:
    from scipy.io import wavfile

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wavfile.WavFileWarning)  # chunks that say other things
        warnings.filterwarnings("error", "Reached EOF", wavfile.WavFileWarning)  # half a recording
        rate, samples = wavfile.read(entry.path)
    full_scale = 1.0
    if samples.dtype == np.uint8:
        samples, full_scale = samples.astype(np.int16) - 128, 128.0
    elif samples.dtype.kind == "i":
        full_scale = float(2 ** (8 * samples.dtype.itemsize - 1))
    return samples, float(rate), _scale(entry, {}) / full_scale


def _read_npz(entry: Entry) -> tuple[Any, float | None, float]:
    with np.load(entry.path, allow_pickle=False) as archive:
        return _from_arrays(entry, {name: archive[name] for name in archive.files})


def _read_npy(entry: Entry) -> tuple[Any, float | None, float]:
    return _from_arrays(entry, {"samples": np.load(entry.path, allow_pickle=False)})


def _read_mat(entry: Entry) -> tuple[Any, float | None, float]:
    from scipy.io import loadmat

    arrays = loadmat(entry.path, squeeze_me=True)
    return _from_arrays(entry, {k: v for k, v in arrays.items() if not k.startswith("__")})


def _from_arrays(entry: Entry, arrays: Mapping[str, Any]) -> tuple[Any, float | None, float]:
    keys = entry.key or tuple(name for name in arrays if np.size(arrays[name]) > 1)
    if not keys:
        raise DatasetError(f'{entry.path}: holds no samples; name the variable with key = "..."')
    if len(keys) > 1 and not entry.key:
        raise DatasetError(
            f'{entry.path}: holds {", ".join(keys)}; name the samples with key = "...", or with '
            'key = ["x", ...] one variable per axis'
        )
    columns = [_flatten(_pick(entry, arrays, key)) for key in keys]
    lengths = {len(column) for column in columns}
    if len(lengths) > 1:
        raise DatasetError(f"{entry.path}: {keys} have unequal lengths {sorted(lengths)}")
    rate = None
    if entry.rate_key:
        rate = float(_pick(entry, arrays, entry.rate_key))
    return np.concatenate(columns, axis=1), rate, _scale(entry, arrays)


def _flatten(array: Any) -> NDArray[Any]:
    """(n,), (n, axes), (axes, n) or (clips, n, axes) as (n, axes); clips are joined in order."""
    array = np.asarray(array)
    if array.ndim == 2 and array.shape[0] <= _MOST_AXES < array.shape[1]:
        array = array.T
    return array.reshape(-1, array.shape[-1] if array.ndim > 1 else 1)


def _pick(entry: Entry, columns: Mapping[str, Any], key: str) -> Any:
    if key not in columns:
        raise DatasetError(f"{entry.path}: no column or variable {key!r}; has {', '.join(columns)}")
    return columns[key]


def _scale(entry: Entry, arrays: Mapping[str, Any]) -> float:
    if isinstance(entry.scale, str):
        return float(_pick(entry, arrays, entry.scale))
    return entry.scale


def _unit(entry: Entry) -> float:
    if entry.unit not in UNITS:
        raise DatasetError(f"{entry.path}: unit = {entry.unit!r}: must be {', '.join(UNITS)}")
    return UNITS[entry.unit]


def _rate(entry: Entry, found: float | None) -> float:
    if found is None and entry.rate_hz is None:
        raise DatasetError(f"{entry.path}: rate unknown; add rate_hz, rate_key or time")
    if found is None or entry.rate_hz is None:
        rate = entry.rate_hz if found is None else found
    else:
        rate = found
        if abs(found - entry.rate_hz) > _RATE_TOLERANCE * entry.rate_hz:
            raise DatasetError(
                f"{entry.path}: recorded at {found:g} Hz, the manifest says {entry.rate_hz:g} Hz; "
                "correct rate_hz or the file"
            )
    if rate is None or not 1.0 <= rate <= 10e6:
        raise DatasetError(f"{entry.path}: rate {rate} Hz is not between 1 and 10000000 Hz")
    return rate


def _as_columns(entry: Entry, raw: Any) -> Floats:
    _check_saturation(entry, np.asarray(raw))
    samples = _flatten(raw).astype(np.float64)
    _check_axes(entry, tuple(map(str, range(samples.shape[1]))))
    return samples


def _check_axes(entry: Entry, names: tuple[str, ...]) -> None:
    if not 1 <= len(names) <= _MOST_AXES:
        raise DatasetError(
            f"{entry.path}: {len(names)} axes ({', '.join(names[:_LISTED])}); choose one to three "
            'with key = ["x", ...]'
        )


def _check_saturation(entry: Entry, raw: NDArray[Any]) -> None:
    if raw.dtype.kind not in "iu" or raw.size == 0:
        return
    limits = np.iinfo(raw.dtype)
    share = float(np.mean((raw == limits.max) | (raw == limits.min)))
    if share > _SATURATED_SHARE:
        raise DatasetError(
            f"{entry.path}: {share:.1%} of the samples stand at the limits of "
            f"{raw.dtype}; record again with a larger range or less gain"
        )


_READERS = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), _read_csv),
    ".mat": _read_mat,
    ".npy": _read_npy,
    ".npz": _read_npz,
    ".wav": _read_wav,
}
