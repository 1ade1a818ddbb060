"""Statistics of decisions: intervals, areas under the ROC curve, running means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_Z95 = 1.959964


@dataclass(frozen=True)
class Share:
    """A share of decisions with its 95 % interval.

    Neighbouring decisions overlap; the interval counts `independent` ones, those that share no
    sample.
    """

    value: float
    decisions: int
    independent: int
    low: float
    high: float


def share(alarms: NDArray[np.bool_], independent: int) -> Share | None:
    """The share of alarms with a Wilson interval for `independent` decisions; None without any."""
    if len(alarms) == 0:
        return None
    value = float(np.mean(alarms))
    low, high = wilson(value, min(max(independent, 1), len(alarms)))
    return Share(value, len(alarms), independent, low, high)


def wilson(value: float, count: int) -> tuple[float, float]:
    """95 % Wilson score interval of a proportion."""
    centre = value + _Z95**2 / (2 * count)
    reach = _Z95 * np.sqrt(value * (1 - value) / count + _Z95**2 / (4 * count**2))
    scale = 1 + _Z95**2 / count
    return max(0.0, float((centre - reach) / scale)), min(1.0, float((centre + reach) / scale))


def running_mean(scores: Floats, windows: int) -> Floats:
    """Means of `windows` consecutive scores, one per full set: (n - windows + 1,)."""
    if len(scores) < windows:
        return np.empty(0)
    total = np.concatenate([[0.0], np.cumsum(scores, dtype=np.float64)])
    mean: Floats = (total[windows:] - total[:-windows]) / windows
    return mean


def partial_auc(healthy: Floats, faulty: Floats, most: float = 1.0) -> float:
    """Area under the ROC curve up to a false-positive rate, as a share of the largest possible.

    Ties count half; NaN without healthy or faulty scores.
    """
    if not len(healthy) or not len(faulty):
        return float("nan")
    edges = np.unique(np.concatenate([healthy, faulty]))[::-1]
    false = 1 - np.searchsorted(np.sort(healthy), edges) / len(healthy)
    true = 1 - np.searchsorted(np.sort(faulty), edges) / len(faulty)
    false, true = np.concatenate([[0.0], false]), np.concatenate([[0.0], true])
    last = int(np.searchsorted(false, most))  # the step that reaches the limit
    end = np.interp(most, false[last - 1 : last + 1], true[last - 1 : last + 1])
    x, y = np.append(false[:last], most), np.append(true[:last], end)
    return float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2) / most)
