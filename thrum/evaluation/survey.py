"""First look at each file of a folder: what must be known of all before one can be judged.

Nothing of a file's samples is kept, so that memory does not grow with the folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from thrum.config import Config
from thrum.evaluation.shared_samples import Hashes, block_hashes, middle_of
from thrum.recordings.dataset import Counts, at_rate
from thrum.recordings.manifest import DatasetError, Entry
from thrum.recordings.readers import Floats, read_all

_OF_PEAKS = 0.999  # of the samples that the full scale must hold


@dataclass(frozen=True, eq=False)
class Surveyed:
    """One file: how it was read, its size, its loudest samples, and what tells a copy of it."""

    entry: Entry
    rate_hz: float
    rate_how: str
    unit: str
    unit_how: str
    axes: int
    samples: int
    peak_g: float
    blocks: Hashes
    piece: Counts  # of the middle


def survey(cfg: Config, entry: Entry) -> Surveyed:
    """Read a file."""
    found = read_all(entry)
    samples = found.samples
    whole = comparable(cfg, samples)
    return Surveyed(
        entry,
        found.rate_hz,
        found.rate_how,
        found.unit,
        found.unit_how,
        samples.shape[1],
        len(samples),
        float(np.quantile(np.abs(samples), _OF_PEAKS)),
        block_hashes(whole),
        middle_of(whole).copy(),
    )


def comparable(cfg: Config, samples: Floats) -> Counts:
    """Samples (n, axes) in g as whole numbers that do not depend on the other files."""
    counts = np.rint(samples * (32768.0 / cfg.sample.full_scale_g))
    return np.clip(counts, -32768, 32767).astype(np.int16)


def at_one_rate(cfg: Config, found: Sequence[Surveyed], wanted_hz: int | None) -> Config:
    """The configuration in which all files are judged: their lowest rate, their largest scale."""
    _check_axes(found)
    slowest = min(round(one.rate_hz) for one in found)
    at = at_rate(cfg, wanted_hz or min(cfg.sample.rate_hz, slowest), found[0].axes)
    peak = max(one.peak_g for one in found)
    while at.sample.full_scale_g < peak < np.inf:
        at = replace(at, sample=replace(at.sample, full_scale_g=2 * at.sample.full_scale_g))
    return at


def _check_axes(found: Sequence[Surveyed]) -> None:
    first = found[0]
    for one in found:
        if one.axes != first.axes:
            raise DatasetError(
                f"{one.entry.path}: {one.axes} axes, but {first.entry.path.name} has "
                f"{first.axes}; choose the same with --key"
            )
