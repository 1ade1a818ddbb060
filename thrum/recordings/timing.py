"""The sampling rate from times: what a clock rounded, what came in packets, and what is missing.

Exact times step alike. A coarse clock rounds them: each step is the usual one or a tick more or
less, and long steps are spread evenly. Packets give one time to many samples. A step that is not
made up for by its neighbours is a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SAME = 0.01  # of the usual step
_EXACT = 0.99  # share of equal steps from which times are not rounded
_GAP = 1.5  # usual steps
_NEAR = 4  # steps before and after a long one
_OWED = 1.4  # of what a long step may be too long: nearby ones must leave no more
_EVEN = 2  # ticks by which stretches of equally many samples may differ
_STRETCH = 32  # samples
_TICK = 0.05  # how far a step may be from whole ticks
_ALIKE = 0.9  # share of packets of equal size
_PACKET = 8  # samples of one time from which there are packets, whatever the clock
_JITTER_SAID = 0.3  # of the usual step
_TICKS = "times of a clock that ticks every {:.3g} s"


class TimesError(ValueError):
    """The times do not give a rate. at: sample before the fault; fewer than 0: all of them."""

    def __init__(self, words: str, at: int = -1) -> None:
        super().__init__(words)
        self.at = at


@dataclass(frozen=True)
class Timing:
    """A rate in Hz, how it was found, the spread of the steps as a share of one, and warnings."""

    rate_hz: float
    how: str
    jitter: float
    warnings: tuple[str, ...] = ()


def timing(times: Floats, fine: bool = True) -> Timing:
    """The rate of times in seconds, from 0 on. fine: written in smaller units than they step by.

    TimesError if samples are missing or the times do not say.
    """
    steps = np.diff(times)
    _check_order(steps)
    if np.count_nonzero(steps == 0):
        return _grouped(times)
    middle = float(np.median(steps))
    if np.mean(np.abs(steps - middle) <= _SAME * middle) > _EXACT:
        return _exact(steps, middle, fine)
    return _uneven(steps, fine)


def _check_order(steps: Floats) -> None:
    if not np.isfinite(steps).all():
        raise TimesError("a time is missing", int(np.argmin(np.isfinite(steps))))
    if (steps < 0).any():
        at = int(np.argmax(steps < 0))
        raise TimesError(f"the time goes back by {-steps[at]:g} s", at)
    if not steps.any():
        raise TimesError("all times are equal")


def _exact(steps: Floats, middle: float, fine: bool) -> Timing:
    long = np.flatnonzero(steps > _GAP * middle)
    if not fine and len(long) > 2 and np.ptp(np.diff(long)) <= 1:  # a clock a little too fast
        return Timing(_mean_rate(steps), _TICKS.format(middle), float(steps.std() / middle))
    _refuse_gaps(steps, middle, _GAP * middle)
    kept = steps[np.abs(steps - middle) <= _SAME * middle]
    jitter = float(steps.std() / middle)
    return Timing(1.0 / float(kept.mean()), "times in equal steps", jitter)


def _refuse_gaps(steps: Floats, usual: float, limit: float) -> None:
    """Refuse steps above a limit, unless short ones nearby make up for them: a late stamp."""
    owed = np.convolve(np.pad(steps - usual, _NEAR), np.ones(2 * _NEAR + 1), "valid")
    gaps = np.flatnonzero((steps > limit) & (owed > _OWED * (limit - usual)))
    if not len(gaps):
        return
    missing = int(np.sum(np.maximum(1, np.rint(steps[gaps] / usual) - 1)))
    at = int(gaps[0])
    raise TimesError(
        f"step {steps[at]:g} s, usual {usual:g} s; {len(gaps)} such gaps, about {missing} samples "
        "missing",
        at,
    )


def _uneven(steps: Floats, fine: bool) -> Timing:
    """Steps that differ: of a coarse clock, of samples that are missing, or of a busy computer."""
    within = steps[steps <= np.quantile(steps, _EXACT)]
    usual, tick = float(within.mean()), float(steps.min())
    whole = np.rint(steps / tick)
    near = np.abs(steps - whole * tick) <= _TICK * tick
    by_tick = bool(near.mean() > _EXACT and (whole > 1).any())
    if not by_tick:
        levels = np.unique(np.rint(steps / (0.01 * usual)))
        limit = usual + max(0.5 * usual, _GAP * float(np.median(np.diff(levels))) * 0.01 * usual)
        _refuse_gaps(steps, usual, max(limit, _GAP * usual))
    elif _is_even(whole[whole <= 2]):  # else many are missing, and not only in long gaps
        _refuse_gaps(steps, usual, usual + max(_GAP * usual, _GAP * tick))
    rate = _mean_rate(steps)
    jitter = float(steps.std() / usual)
    if by_tick:
        return _by_ticks(steps, whole, tick, fine, rate, jitter)
    said = (f"the times jitter by {jitter:.0%} of a step",) if jitter > _JITTER_SAID else ()
    return Timing(rate, "mean step of the times", jitter, said)


def _by_ticks(
    steps: Floats, whole: Floats, tick: float, fine: bool, rate: float, jitter: float
) -> Timing:
    """Steps of one, two or more ticks: a coarse clock spreads the long ones evenly."""
    extra = np.flatnonzero(whole > 1)
    often = float(np.mean(whole == 1)) > 0.5
    period = np.unique(np.diff(extra)) if len(extra) > 2 else np.array([])
    missing = int(np.sum(whole - 1))
    words = (
        f"step {steps[extra[0]]:g} s, usual {tick:g} s; {len(extra)} such gaps, about {missing} "
        f"samples missing at {1 / tick:g} Hz; if the clock is coarse, say rate_hz = {rate:.4g}"
    )
    if often and (not _is_even(whole) or (fine and len(period) == 1)):
        raise TimesError(words, int(extra[0]))
    said: tuple[str, ...] = ()
    if often and len(period) == 1:
        said = (
            f"every {int(period[0]) + 1}th step is {steps[extra[0]]:g} s, the others {tick:g} s: "
            f"read as {rate:.5g} Hz of a coarse clock, not as {1 / tick:.5g} Hz with samples "
            "missing",
        )
    return Timing(rate, _TICKS.format(tick), jitter, said)


def _is_even(whole: NDArray[Any]) -> bool:
    """Whether equally long stretches have equal sums, but for two."""
    if len(whole) < 2 * _STRETCH:
        return bool(np.ptp(whole) <= 1)
    sums = np.convolve(whole, np.ones(_STRETCH), "valid")
    return bool(np.ptp(sums) <= _EVEN)


def _mean_rate(steps: Floats) -> float:
    return len(steps) / float(steps.sum())


def _grouped(times: Floats) -> Timing:
    """Samples that share a time: a clock slower than the samples, or packets."""
    starts = np.flatnonzero(np.diff(times, prepend=-np.inf) > 0)
    if len(starts) < 4:
        raise TimesError(
            f"{len(times)} samples share {len(starts)} times: they came in packets; say the rate "
            "with rate_hz"
        )
    sizes, waits = np.diff(starts), np.diff(times[starts])
    usual, size = float(np.median(waits)), float(np.median(sizes))
    single = float(np.mean(sizes == 1))
    if single > 0.5:  # almost every sample has a time of its own
        steps = np.diff(times)
        _refuse_gaps(steps, _mean(steps), _mean(steps) + _GAP * max(usual, _mean(steps)))
        return Timing(
            _rate_of(starts, times), "mean step of the times", float(steps.std() / _mean(steps))
        )
    _refuse_lost_groups(starts, sizes, waits, usual)
    rate = _rate_of(starts[1:], times)
    rounded = bool(_is_even(sizes[1:]) and np.ptp(waits) <= _SAME * usual)
    alike = bool(np.mean(sizes == size) > _ALIKE)
    jitter = float(waits.std() / usual)
    if rounded and (size < _PACKET or not alike):
        return Timing(rate, _TICKS.format(usual), jitter)
    if not rounded and not alike:
        raise TimesError(
            f"samples share times in packets of {sizes.min()} to {sizes.max()}: these do not say "
            f"the rate, which is {rate:.4g} Hz on average; say it with rate_hz"
        )
    said = (
        f"{size:g} samples share a time (packets): {rate:.5g} Hz is their number over the time "
        "between packets",
    )
    return Timing(rate, f"packets of {size:g} samples", jitter, said)


def _refuse_lost_groups(
    starts: NDArray[np.intp], sizes: NDArray[np.intp], waits: Floats, usual: float
) -> None:
    """Refuse waits that neither the samples in the group nor the next wait explain."""
    expected = sizes * usual / float(np.median(sizes))
    owed = np.minimum(np.append(waits[1:], usual), np.insert(waits[:-1], 0, usual))
    late = (waits > _GAP * np.maximum(expected, usual)) & (waits + owed > (1 + _GAP) * usual)
    if not late.any():
        return
    at = int(np.argmax(late))
    missing = int(np.sum(np.rint((waits[late] / usual - 1) * np.median(sizes))))
    raise TimesError(
        f"step {waits[at]:g} s, usual {usual:g} s; {int(late.sum())} such gaps, about {missing} "
        "samples missing",
        int(starts[at + 1]) - 1,
    )


def _mean(steps: Floats) -> float:
    return float(steps.mean())


def _rate_of(starts: NDArray[np.intp], times: Floats) -> float:
    """Samples over time, from the first to the last sample that has a new time."""
    return float(starts[-1] - starts[0]) / float(times[starts[-1]] - times[starts[0]])
