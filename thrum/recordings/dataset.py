"""Recordings as int16 counts (32768 = sample.full_scale_g), their windows, and honest splits."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from thrum.config import Config
from thrum.recordings.manifest import LABELS, DatasetError, Entry, read_manifest
from thrum.recordings.readers import Floats, Reading, read_all

__all__ = [
    "DatasetError",
    "Recording",
    "at_rate",
    "cut",
    "load",
    "load_manifest",
    "of_reading",
    "split",
    "split_text",
    "windows",
]

Counts = NDArray[np.int16]

_SATURATED_SHARE = 0.001
_LARGEST_RATIO = 1000
_RATE_TOLERANCE = 0.01
_SLOWEST_HZ = 50


class RecordingWarning(UserWarning):
    """A recording is read, but a number of it looks wrong; names the file and the number."""


@dataclass(frozen=True, eq=False)
class Recording:
    """One uninterrupted recording: samples int16 (n, axes), label 0 healthy or 1 anomalous."""

    samples: Counts
    rate_hz: float
    machine: str
    condition: str
    label: int
    name: str
    session: str


def at_rate(cfg: Config, rate_hz: int, axes: int | None = None) -> Config:
    """The same configuration for another sampling rate or number of axes."""
    sample = replace(cfg.sample, rate_hz=rate_hz, axes=axes or cfg.sample.axes)
    return replace(cfg, sample=sample)


def load_manifest(
    manifest: Path | str, cfg: Config, directory: Path | str | None = None
) -> list[Recording]:
    """All recordings of a manifest at cfg.sample.rate_hz, in the manifest's order."""
    return [load(entry, cfg) for entry in read_manifest(manifest, directory)]


def load(entry: Entry, cfg: Config) -> Recording:
    """Read, check, resample and convert one recording to int16 counts."""
    return of_reading(read_all(entry), cfg)


def of_reading(found: Reading, cfg: Config) -> Recording:
    """The recording of an entry that has been read; doubts are RecordingWarnings."""
    for doubt in found.warnings:
        warnings.warn(RecordingWarning(f"{found.entry.path}: {doubt}"), stacklevel=3)
    return _recording(found.entry, found.samples, found.rate_hz, cfg)


def load_at_own_rate(entry: Entry, cfg: Config) -> tuple[Recording, Config]:
    """As load(), but what is slower than cfg.sample.rate_hz keeps its rate: with cfg at that rate.

    The axes of the configuration are the recording's, too.
    """
    found = read_all(entry)
    samples, rate = found.samples, found.rate_hz
    if rate < _SLOWEST_HZ:
        raise DatasetError(
            f"{entry.path}: recorded at {rate:g} Hz, at least {_SLOWEST_HZ} Hz are needed; record "
            "faster or drop the entry"
        )
    slower = rate < (1 - _RATE_TOLERANCE) * cfg.sample.rate_hz
    at = at_rate(cfg, round(rate) if slower else cfg.sample.rate_hz, samples.shape[1])
    return of_reading(found, at), at


def _recording(entry: Entry, samples: Floats, rate: float, cfg: Config) -> Recording:
    name = str(entry.path)
    samples = resample(name, samples, rate, cfg.sample.rate_hz)
    if len(samples) < cfg.window.length:
        raise DatasetError(
            f"{name}: {len(samples)} samples at {cfg.sample.rate_hz} Hz, a window "
            f"needs {cfg.window.length}; record longer or drop the entry"
        )
    return Recording(
        to_counts(name, samples, cfg.sample.full_scale_g),
        float(cfg.sample.rate_hz),
        entry.machine,
        entry.condition,
        LABELS.index(entry.label),
        entry.path.name,
        entry.session,
    )


def resample(name: str, samples: Floats, rate_hz: float, target_hz: float) -> Floats:
    """Anti-aliased polyphase resampling of (n, axes); slower to faster is refused."""
    if abs(rate_hz - target_hz) <= _RATE_TOLERANCE * target_hz:
        return samples
    if rate_hz < target_hz:
        raise DatasetError(
            f"{name}: recorded at {rate_hz:g} Hz, below sample.rate_hz = "
            f"{target_hz:g}; lower sample.rate_hz or record faster"
        )
    from scipy.signal import resample_poly

    ratio = Fraction(target_hz / rate_hz).limit_denominator(_LARGEST_RATIO)
    mean = samples.mean(axis=0)
    return resample_poly(samples - mean, ratio.numerator, ratio.denominator, axis=0) + mean


def resampled_length(samples: int, rate_hz: float, target_hz: float) -> int:
    """How many samples resample() leaves."""
    if abs(rate_hz - target_hz) <= _RATE_TOLERANCE * target_hz:
        return samples
    ratio = Fraction(target_hz / rate_hz).limit_denominator(_LARGEST_RATIO)
    return -(-samples * ratio.numerator // ratio.denominator)


def to_counts(name: str, samples: Floats, full_scale_g: float) -> Counts:
    """Samples in g as rounded int16; more than 0.1 % at the limits is an error."""
    counts = np.rint(samples * (32768.0 / full_scale_g))
    clipped = float(np.mean((counts > 32767) | (counts < -32768)))
    if clipped > _SATURATED_SHARE:
        raise DatasetError(
            f"{name}: {clipped:.1%} of the samples exceed {full_scale_g:g} g (up to "
            f"{np.abs(samples).max():.3g} g); raise sample.full_scale_g, check unit"
        )
    return np.clip(counts, -32768, 32767).astype(np.int16)


def cut(samples: Counts, length: int, hop: int) -> Counts:
    """Windows int16 (w, axes, length) of samples (n, axes), every `hop` samples; a view."""
    if len(samples) < length:
        return np.empty((0, samples.shape[1], length), np.int16)
    return sliding_window_view(samples, length, axis=0)[::hop]


def windows(rec: Recording, cfg: Config) -> Counts:
    """Windows int16 (w, axes, length) of a recording with the configured length and hop."""
    if abs(rec.rate_hz - cfg.sample.rate_hz) > 0.01 * cfg.sample.rate_hz:
        raise DatasetError(
            f"{rec.name}: {rec.rate_hz:g} Hz, but sample.rate_hz = "
            f"{cfg.sample.rate_hz}; load it at that rate"
        )
    return cut(rec.samples, cfg.window.length, cfg.window.hop)


def split(
    recordings: Sequence[Recording],
    share: float,
    rng: np.random.Generator,
    by: Callable[[Recording], str] = lambda rec: rec.machine,
) -> tuple[list[Recording], list[Recording]]:
    """Two lists whose `by` keys (default: the machine) do not meet; about `share` in the second."""
    groups = sorted({by(rec) for rec in recordings})
    if len(groups) < 2:
        raise DatasetError(
            f"cannot split: all {len(recordings)} recordings belong to {groups}; "
            "add recordings or split by another key"
        )
    count = min(max(1, round(share * len(groups))), len(groups) - 1)
    held = {groups[i] for i in rng.permutation(len(groups))[:count]}
    return (
        [rec for rec in recordings if by(rec) not in held],
        [rec for rec in recordings if by(rec) in held],
    )


def split_text(parts: Iterable[tuple[str, Sequence[Recording]]], cfg: Config) -> str:
    """The split for people: one line per part with machines, recordings and windows per label."""
    lines = []
    for title, recs in parts:
        counts = [sum(len(windows(rec, cfg)) for rec in recs if rec.label == k) for k in (0, 1)]
        machines = ", ".join(sorted({rec.machine for rec in recs}))
        lines.append(
            f"{title}: {len(recs)} recordings, windows {counts[0]} healthy "
            f"{counts[1]} anomalous; {machines}"
        )
    return "\n".join(lines)
