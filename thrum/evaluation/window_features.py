"""Second look at each file of a folder: what the windows of a file are judged by, a sixth its size.

The windows of different files never share a sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from thrum.config import Config
from thrum.evaluation.cases import LeakError
from thrum.evaluation.metrics import Floats
from thrum.evaluation.scorers import Observed, window_kurtosis, window_rms
from thrum.evaluation.shared_samples import ALIKE, BLOCK, Hashes, alike, hashes
from thrum.evaluation.survey import Surveyed, comparable
from thrum.recordings.dataset import Counts, cut, of_reading
from thrum.recordings.manifest import LABELS
from thrum.recordings.readers import read_all
from thrum.reference.answers import Measured, measure

_AT_ONCE = 4096  # windows that are transformed together
_NEIGHBOURS = 8  # files that follow by name: a copy has a similar one
_LOOKED_THROUGH = 262_144  # samples of a file in which a changed copy is looked for


@dataclass(frozen=True, eq=False)
class Features:
    """Of w windows: log bands (w, bands) Q8, sensor check, RMS in counts, and two statistics."""

    log_bands: NDArray[np.uint16]
    fault: NDArray[np.int8]
    rms: NDArray[np.int32]
    level: NDArray[np.float32]
    kurtosis: NDArray[np.float32]

    def take(self, which: slice) -> Features:
        """Some of the windows."""
        return Features(*(getattr(self, each.name)[which] for each in fields(self)))

    @staticmethod
    def joined(parts: Sequence[Features]) -> Features:
        """The windows of several parts, one after the other."""
        names = [each.name for each in fields(Features)]
        return Features(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


class Kept(Observed):
    """Windows of which only the features were kept."""

    def __init__(self, name: str, kind: str, kept: Features) -> None:
        none = np.empty((0, 1, 0), np.int16)
        measured = Measured(kept.log_bands, kept.fault.astype(np.int64), kept.rms.astype(np.int64))
        super().__init__(name, kind, none, measured)
        self.__dict__["level"] = kept.level.astype(np.float64)
        self.__dict__["kurtosis"] = kept.kurtosis.astype(np.float64)


@dataclass(frozen=True, eq=False)
class Known:
    """The hashes of all files' blocks, sorted, the number of the file of each, and the pieces."""

    hashes: Hashes
    owner: NDArray[np.int32]
    pieces: Sequence[Counts]
    facts: Sequence[tuple[str, str]]  # machine and label of each file

    @staticmethod
    def of(found: Sequence[Surveyed]) -> Known:
        """From the survey."""
        values = np.concatenate([one.blocks for one in found])
        owner = np.repeat(np.arange(len(found), dtype=np.int32), [len(o.blocks) for o in found])
        order = np.lexsort((owner, values))
        facts = [(one.entry.machine, one.entry.label) for one in found]
        return Known(values[order], owner[order], [one.piece for one in found], facts)

    def _matters(self, a: int, b: int) -> bool:
        """Whether one of them may be learned to judge the other."""
        (machine, label), (other, of_other) = self.facts[a], self.facts[b]
        return a != b and machine == other and LABELS[0] in (label, of_other)

    def changed_copy(self, samples: Counts, number: int) -> int:
        """One of the next few files whose middle is like some place in samples; -1: none."""
        start = samples[:_LOOKED_THROUGH]
        for step in range(1, min(_NEIGHBOURS, len(self.pieces) - 1) + 1):
            other = (number + step) % len(self.pieces)
            if self._matters(number, other) and alike(self.pieces[other], start) > ALIKE:
                return other
        return -1

    def shared(self, samples: Counts, number: int) -> int:
        """A file with a block that stands anywhere in samples of file `number`; -1: none."""
        if len(samples) < BLOCK or not len(self.hashes):
            return -1
        everywhere = np.unique(hashes(samples))
        first = np.searchsorted(self.hashes, everywhere, "left")
        last = np.searchsorted(self.hashes, everywhere, "right") - 1
        ranges = zip(first.tolist(), last.tolist(), strict=True)
        owners = [self.owner[begin : end + 1] for begin, end in ranges if end >= begin]
        others = np.unique(np.concatenate([self.owner[:0], *owners])).tolist()
        return next((other for other in others if self._matters(number, other)), -1)


def measure_file(
    cfg: Config, at: Config, names: Sequence[str], known: Known, one: tuple[int, Surveyed]
) -> Features:
    """Read a file again and measure its windows. LeakError if it shares samples with another."""
    number, surveyed = one
    found = read_all(surveyed.entry)
    counts = comparable(cfg, found.samples)
    twin = max(known.shared(counts, number), known.changed_copy(counts, number))
    if twin >= 0:
        raise LeakError(
            f"{surveyed.entry.path} and {names[twin]} are the same or share samples, so that one "
            "would be judged by what was learned of the other; remove one"
        )
    del counts
    recording = of_reading(found, at)
    del found
    windows = cut(recording.samples, at.window.length, at.window.hop)
    parts = [_features(at, windows[k : k + _AT_ONCE]) for k in range(0, len(windows), _AT_ONCE)]
    return Features.joined(parts or [_features(at, windows)])


def _features(at: Config, windows: NDArray[np.int16]) -> Features:
    measured = measure(at, windows)

    def short(values: Floats) -> NDArray[np.float32]:
        return values.astype(np.float32)

    return Features(
        measured.log_bands,
        measured.fault.astype(np.int8),
        measured.rms.astype(np.int32),
        short(window_rms(windows)),
        short(window_kurtosis(windows)),
    )


class Store:
    """Features of numbered files in a folder, so that they take no memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, number: int, kept: Features) -> None:
        """Keep those of a file."""
        with (self._folder / f"{number}.npz").open("wb") as file:
            np.savez(file, **{each.name: getattr(kept, each.name) for each in fields(kept)})

    def get(self, number: int) -> Features:
        """Those of a file."""
        with np.load(self._folder / f"{number}.npz") as file:
            return Features(*(file[each.name] for each in fields(Features)))
