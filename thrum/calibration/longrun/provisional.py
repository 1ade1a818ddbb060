"""A baseline that grows: judged from its first windows on, while it takes in averages for hours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from thrum.calibration.k_of_n import STEPS, Levels, in_steps, levels
from thrum.calibration.longrun.trial import BURST, Scores, scores_of, suddenly
from thrum.config import Config
from thrum.reference.baseline import EASED_VOTES, SUDDEN_WINDOWS, Baseline
from thrum.reference.detector import DetectorConfig
from thrum.reference.lengths import grow_averages
from thrum.reference.network import Engine
from thrum.reference.operating_state import UNSURE

U16 = NDArray[np.uint16]
Minutes = NDArray[np.intp]


@dataclass(frozen=True)
class Draws:
    """Averages uint16 Q8 (minutes, block, bands) of a machine after minutes of operation.

    short: as they are judged while a baseline grows; recent: as the fast path sees them;
    complete: as it takes them in.
    """

    short: Callable[[Minutes, int], U16]
    recent: Callable[[Minutes, int], U16]
    complete: Callable[[Minutes, int], U16]


@dataclass(frozen=True, eq=False)
class Grown:
    """The baseline that has grown, and what was judged meanwhile.

    scores: (minutes, BURST) in STEPS; sudden: (minutes,), the fast path. halfway: the baseline as
    it was when half of the averages were in.
    """

    baseline: Baseline
    scores: Levels
    sudden: NDArray[np.bool_]
    halfway: Baseline

    @property
    def minutes(self) -> int:
        """Of operation that it took."""
        return len(self.scores)


def grow(
    cfg: Config, engine: Engine, first: Baseline, draws: Draws, hours: float, longest: int
) -> Grown:
    """Let `first` grow from minute 0 of operation on, for `longest` minutes at most.

    One burst a minute is judged. As on the device, only one average of UNSURE is taken in from a
    minute that speaks of an alarm or for one.
    """
    wanted, decision = grow_averages(cfg), DetectorConfig.of(cfg)
    every = 60 * hours / max(wanted, 1)
    scores: list[Scores] = []
    sudden: list[NDArray[np.bool_]] = []
    baseline, halfway, taken, minute, due = first, first, 0, 0, every
    unsure = 0
    while taken < wanted and minute < longest:
        part = np.arange(minute, min(max(int(np.ceil(due)), minute + 1), longest))
        scores.append(scores_of(baseline, engine, draws.short(part, BURST)))
        recent = draws.recent(part, BURST + SUDDEN_WINDOWS)
        sudden.append(np.asarray(suddenly(baseline, recent).any(axis=1), np.bool_))
        minute = int(part[-1]) + 1
        doubts = _doubts(scores[-1][-1], decision) or bool(sudden[-1][-1])
        while due <= minute and taken < wanted:
            if doubts and UNSURE * (unsure + 1) > taken:
                due = minute + 1.0
                break
            unsure += doubts
            taken, due = taken + 1, due + every
            baseline = baseline.grown(draws.complete(part[-1:], 1)[0, 0], taken, cfg)
            halfway = baseline if taken <= wanted // 2 else halfway
    judged = np.concatenate([np.zeros((0, BURST), np.uint8), *scores])
    loud = np.concatenate([np.zeros(0, np.bool_), *sudden])
    return Grown(replace(baseline, provisional=False), in_steps(judged), loud, halfway)


def highest_levels(grown: Grown, k: int, n: int) -> Levels:
    """The highest level of each minute, STEPS where the fast path raises the alarm: (minutes,)."""
    if not grown.minutes:
        return np.zeros(0, np.int64)
    return np.where(grown.sudden, STEPS, levels(grown.scores, k, n).max(axis=1))


def _doubts(scores: Scores, decision: DetectorConfig) -> bool:
    """Whether a burst of scores (BURST,) raises the alarm, or gives many votes for it."""
    k = min(EASED_VOTES + 1, decision.k)
    return bool(levels(scores.astype(np.int64), k, decision.n).max() >= decision.raise_q8)
