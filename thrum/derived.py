"""Numbers that follow from the parameters: for headers and reference, defined once, here.

Standard library only: PlatformIO's Python imports it.
"""

from __future__ import annotations

import functools
import math

FEWEST_GROWN = 16
FARTHEST = 60_000  # windows between two of them
MOST_COMPLETE = 512  # windows of an average at 3.2 kHz, as smoothing.h can count


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


def complete_windows(stride: int, most_windows: int, rate_hz: int) -> int:
    """Windows of a complete average.

    Where averages are learned it grows on, as long as a baseline's averages share no window: to
    41 s, which are 512 windows at 3.2 kHz, 128 at 952 Hz, and never fewer than most_windows.
    """
    windows = most_windows
    while 2 * windows <= min(MOST_COMPLETE, rate_hz * MOST_COMPLETE // 3200, stride):
        windows *= 2
    return windows


def grow_averages(
    averages: int, hours: float, stride: int, most_windows: int, rate_hz: int, hop: int
) -> int:
    """Of `averages`, how many a baseline takes in after its first windows, over `hours`.

    0, and it is final at once, where the hours hold fewer than 16 that share no window, or where
    averages are learned from the beginning (apart).
    """
    if apart(stride, most_windows):
        return 0
    averages = min(averages, int(hours * 3600 * rate_hz / hop) // most_windows)
    return averages if averages >= FEWEST_GROWN else 0


def grow_apart(minutes: int, averages: int, most_windows: int, rate_hz: int, hop: int) -> int:
    """Windows between these averages, in integers as operating_state.cpp has it (ApartFor)."""
    windows = 60 * rate_hz // hop * minutes // averages if averages else 0
    return min(max(windows, most_windows), FARTHEST)


def grow_minutes(hours: float) -> int:
    """baseline.hours in whole minutes."""
    return round(60 * hours)


def first_windows(stride: int, mean_windows: int, most_windows: int) -> int:
    """Windows of the first average that is judged: fewer vary more than what was learned apart."""
    return most_windows if apart(stride, most_windows) else mean_windows


def trial_windows(stride: int, most_windows: int, trial: int, windows: int, grow: int) -> int:
    """Averages by which a baseline is tried: `trial` times as many as it learned, if any."""
    return trial * (windows if apart(stride, most_windows) else grow)


def milli_g_q12(full_scale_g: float) -> int:
    """Milli-g per count, Q12, where the int16 count 32768 is the full scale."""
    return round(full_scale_g * 1000 * 4096 / 32768)


FAR = 16  # bins from here on have weights of 8 bits; see velocity.h


def near_weights() -> tuple[int, ...]:
    """Weights of the bins 0 to 15 for velocity: 2^16 4^j / k^2, j = floor(log2 k), at most 65535.

    0 for bin 0. See lib/vibration's velocity.h.
    """
    exact = (4 ** (k.bit_length() + 7) / (k * k) for k in range(1, FAR))
    return (0, *(min(65535, round(value)) for value in exact))


def far_weights(length: int) -> tuple[int, ...]:
    """Weights of the bins 16 to length / 2: 2^16 2^i / k^2, at most 255.

    i = half_octave(k).
    """
    exact = (2 ** (16 + half_octave(k)) / (k * k) for k in range(FAR, length // 2))
    return tuple(min(255, round(value)) for value in exact)


def half_octave(k: int) -> int:
    """floor(2 log2(k / 16)) of a bin, exactly."""
    return (k * k).bit_length() - 9
