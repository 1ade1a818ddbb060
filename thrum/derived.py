"""Numbers that follow from the parameters: for headers and reference, defined once, here.

Standard library only: PlatformIO's Python imports it.
"""

from __future__ import annotations

import functools
import math


@functools.cache
def sine_table(length: int) -> tuple[int, ...]:
    """sin(2 pi i / length) in Q15 for i = 0 to 3/4 length, 1.0 as 32767; length is even."""
    exact = (32768 * math.sin(2 * math.pi * i / length) for i in range(3 * length // 4 + 1))
    return tuple(max(-32767, min(32767, round(value))) for value in exact)


def apart(stride: int, most_windows: int) -> bool:
    """Whether windows are learned so far apart that averages share none: these are learned.

    stride: baseline.stride, most_windows: alarm.most_windows, both in windows.
    """
    return stride >= most_windows


def first_windows(stride: int, mean_windows: int, most_windows: int) -> int:
    """Windows of the first average that is judged: fewer vary more than what was learned apart."""
    return most_windows if apart(stride, most_windows) else mean_windows


def trial_windows(stride: int, most_windows: int, trial: int, windows: int) -> int:
    """Averages by which a baseline of `windows` is tried; only those learned apart are."""
    return trial * windows if apart(stride, most_windows) else 0
