"""k-of-n persistence for every threshold at once.

The level of a vote is the k-th largest score among the last n: a threshold up to it would have k
votes. From levels follow false alarms and delays as functions of the threshold, in 1/4096 of
the full score.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Levels = NDArray[np.int64]

STEPS = 4096


def in_steps(scores: NDArray[np.uint8]) -> Levels:
    """Q8 scores in STEPS."""
    return scores.astype(np.int64) * (STEPS // 256)


def levels(scores: Levels, k: int, n: int) -> Levels:
    """Level after each full set of n votes along the last axis: (..., votes - n + 1)."""
    if n == 1:
        return scores
    ranked = np.partition(sliding_window_view(scores, n, axis=-1), n - k, axis=-1)
    out: Levels = ranked[..., n - k]
    return out


def highest(level: Levels, votes: int) -> Levels:
    """Highest of `votes` consecutive levels along the last axis: (..., levels - votes + 1)."""
    out: Levels = sliding_window_view(level, votes, axis=-1).max(axis=-1)
    return out


def alarms(stretches: Sequence[Levels]) -> NDArray[np.int64]:
    """Alarms raised at each threshold or above (STEPS + 1,), threshold 0 first; an upper bound.

    Every rise of the level through the threshold counts; dead band and hold join some of them. A
    low threshold that alarms all the time is rarely crossed: it counts as bad as the worst above.
    """
    change = np.zeros(STEPS + 2, np.int64)
    for level in stretches:
        before = np.concatenate([[0], level[:-1]])
        rises = level > before
        np.add.at(change, before[rises] + 1, 1)
        np.add.at(change, level[rises] + 1, -1)
    raised = np.cumsum(change)[:-1]
    worst: NDArray[np.int64] = np.maximum.accumulate(raised[::-1])[::-1]
    return worst


def cleared(scores: Levels, k: int, n: int, below: int) -> NDArray[np.bool_]:
    """Whether k of the last n scores are below a limit, after each full set of n votes."""
    return np.asarray(levels(-scores, k, n) > -below, np.bool_)


def device_alarms(
    raised: NDArray[np.bool_], ended: NDArray[np.bool_], alarm: bool = False
) -> tuple[int, bool]:
    """Alarms as the device counts them: one lasts until it ends, whatever is crossed meanwhile.

    raised, ended: for each burst in order, whether there are votes for an alarm, or for its end.
    alarm: whether there is one before the first of them; returned for the last one.
    """
    count = 0
    for begins, ends in zip(raised.tolist(), ended.tolist(), strict=True):
        if begins and not alarm:
            count += 1
        alarm = begins or (alarm and not ends)
    return count, alarm


def first_alarm(level: Levels, threshold: int) -> int | None:
    """Index of the first vote whose level reaches the threshold."""
    reached = level >= threshold
    return int(np.argmax(reached)) if reached.any() else None
