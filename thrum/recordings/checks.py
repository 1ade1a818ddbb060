"""Doubts about samples: clipped, far outliers, wrapped counts, an impossible unit.

What cannot be a recording is an error; what may be one is a warning that says the number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thrum.recordings.source import Array, Source

Floats = NDArray[np.float64]

_SATURATED = 0.001  # share of samples
_PILED = 3.0  # times as many at the limit as at any level next to it
_SAME = 1e-9  # of the range: closer numbers are one level
_NEXT = 3  # levels next to the limit
_FEWEST_LEVELS = 8
_FEWEST_PILED = 8  # samples
_FAR = 1.8  # times the largest of all but a few
_FEW = 8  # samples; more are how a machine knocks
_BLOCK, _FEWEST_BLOCKS = 32, 16  # samples; blocks
_LOUD = 4.5  # times the loudness of the quietest tenth
_MOST_CHANGES = 6
_ENERGY = 0.015  # share of all from which a few samples change the RMS
_LOUDEST_G, _QUIETEST_G = 400.0, 1e-6
_GRAVITY, _NEAR_GRAVITY = 9.80665, 0.06
_HELD = 0.3  # share of samples that repeat the one before
_MANY_LEVELS = 64


def check_values(source: Source, samples: Floats) -> None:
    """DatasetError if there is nothing to judge: no samples, NaN, or an axis that never moves."""
    if len(samples) == 0:
        raise source.error("no samples; record again or drop the entry")
    bad = np.flatnonzero(~np.isfinite(samples).all(axis=1))
    if len(bad):
        raise source.error(
            f"{len(bad)} samples are NaN or infinite, the first at index {bad[0]}"
            f"{_line(source, int(bad[0]))}; cut the recording there or record again"
        )
    spread = np.ptp(samples, axis=0)
    if len(samples) > 1 and not spread.all():
        raise source.error(
            f"axis {int(np.argmin(spread))} is constant ({samples[0].min():g} g); check the sensor "
            "or choose axes with key"
        )


def _line(source: Source, sample: int) -> str:
    return f" ({source.place(sample)})" if source.lines else ""


def clipped_share(source: Source, raw: Array) -> float:
    """Share of the samples (n, axes), as stored, at the limits; the worst axis.

    DatasetError if it is over 0.1 % of a type's own limits.
    """
    if raw.size == 0:
        return 0.0
    limits = _limits(source, raw)
    if limits is None:
        return max(_piled(column) for column in raw.T)
    share = float(np.mean((raw >= limits[1]) | (raw <= limits[0]), axis=0).max())
    if share > _SATURATED:
        name = str(raw.dtype) if not source.levels else f"{int(np.log2(source.levels))} bits"
        raise source.error(
            f"{share:.1%} of the samples stand at the limits of {name}; record again with a "
            "larger range or less gain"
        )
    return max(share, *(_piled(column) for column in raw.T))


def _limits(source: Source, raw: Array) -> tuple[float, float] | None:
    """The least and greatest number that can be stored."""
    if source.levels:
        step = 2 * source.full_scale / source.levels
        return -source.full_scale, source.full_scale - step
    if raw.dtype.kind not in "iu" or raw.dtype.itemsize > 4 or source.lines:
        return None
    info = np.iinfo(raw.dtype)
    return info.min, info.max


def _piled(column: Array) -> float:
    """Share of samples at the greatest and least number, if more than its neighbours explain."""
    finite = column[np.isfinite(column)].astype(np.float64)
    span = float(np.ptp(finite)) if len(finite) else 0.0
    if not 0 < span < np.inf:
        return 0.0
    levels, counts = np.unique(np.rint(finite / (span * _SAME)), return_counts=True)
    if len(levels) < _FEWEST_LEVELS:
        return 0.0
    piled = 0
    for end in (counts, counts[::-1]):
        enough = end[0] >= max(_FEWEST_PILED, _SATURATED * len(column))
        if enough and end[0] > _PILED * end[1 : 1 + _NEXT].max():
            piled += int(end[0])
    return piled / len(column)


def doubts(source: Source, samples: Floats, clipped: float, unit_known: bool) -> tuple[str, ...]:
    """Warnings about samples in g (n, axes), of which a share is clipped."""
    found = [
        f"{clipped:.1%} of the samples stand at a limit: clipped; record again with a larger range"
        if clipped > _SATURATED
        else "",
        _unlikely_unit(samples, unit_known),
        _held(samples),
    ]
    for axis, column in enumerate(samples.T):
        which = f"axis {axis}: " if samples.shape[1] > 1 else ""
        texts = (_outliers(source, column), _burst(source, column), _wraps(column))
        found += [which + text for text in texts if text]
    return tuple(filter(None, found))


def _unlikely_unit(samples: Floats, known: bool) -> str:
    rms = float(np.sqrt((samples - samples.mean(axis=0)).var(axis=0).sum()))
    peak = float(np.abs(samples).max())
    if peak > _LOUDEST_G:
        return f"up to {peak:.3g} g is more than any machine; check unit and scale"
    if rms < _QUIETEST_G:
        return f"RMS of {rms:.2g} g is less than any sensor's noise; check unit and scale"
    rest = float(np.linalg.norm(samples.mean(axis=0)))
    if not known and abs(rest / _GRAVITY - 1) < _NEAR_GRAVITY:
        return f'the mean is {rest:.3g}: are these m/s2? The file does not say; add unit = "m/s2"'
    return ""


def _outliers(source: Source, column: Floats) -> str:
    """A few samples far from all others."""
    if len(column) < 2 * _FEW:
        return ""
    centred = column - np.median(column)
    size = np.abs(centred)
    usual = float(np.partition(size, -_FEW - 1)[-_FEW - 1])  # the largest but for a few
    far = np.flatnonzero(size > _FAR * usual)
    total = float(np.sum(centred**2))
    if not len(far) or total == 0 or float(np.sum(centred[far] ** 2)) < _ENERGY * total:
        return ""
    at = int(far[np.argmax(size[far])])
    return (
        f"{len(far)} samples are far from all others, such as {column[at]:.4g} g at "
        f"{source.place(at)}, and change the RMS; check them"
    )


def _burst(source: Source, column: Floats) -> str:
    """Loudness that changes once or twice by far: a damaged block, a start, a stop.

    A machine that knocks changes it again and again.
    """
    blocks = len(column) // _BLOCK
    if blocks < _FEWEST_BLOCKS:
        return ""
    loud = column[: blocks * _BLOCK].reshape(blocks, _BLOCK).std(axis=1)
    quiet, top = float(np.quantile(loud, 0.1)), float(loud.max())
    above = loud > np.sqrt(quiet * top)
    changes = int(np.count_nonzero(np.diff(above)))
    rest = float(np.sum(loud[above] ** 2)) / max(float(np.sum(loud**2)), 1e-300)
    if top < _LOUD * quiet or changes > _MOST_CHANGES or rest < _ENERGY:
        return ""
    at = int(np.argmax(loud)) * _BLOCK
    times = f"{top / quiet:.0f} times" if quiet > 0 else "far more than"
    return (
        f"{_BLOCK} samples from {source.place(at)} are {times} as loud as the quietest; was the "
        "machine steady, is the file whole?"
    )


def _wraps(column: Floats) -> str:
    """Jumps over more than half of the range, again and again: signed counts read as unsigned."""
    span = float(np.ptp(column))
    if len(column) < 16 or span == 0:
        return ""
    inner = (column > column.min() + 0.25 * span) & (column < column.max() - 0.25 * span)
    jumps = np.abs(np.diff(column)) > 0.5 * span
    if inner.mean() < 0.001 and jumps.mean() > 0.01:
        return "the samples jump between two bands: signed numbers read as unsigned?"
    return ""


def _held(samples: Floats) -> str:
    """Repeated samples of a sensor that was asked more often than it measures."""
    if len(samples) < 16 or len(np.unique(samples[:, 0])) < _MANY_LEVELS:
        return ""
    share = float(np.mean((np.diff(samples, axis=0) == 0).all(axis=1)))
    if share <= _HELD:
        return ""
    return f"{share:.0%} of the samples repeat the one before: the sensor was read too often"
