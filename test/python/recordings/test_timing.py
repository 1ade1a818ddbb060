"""Rates of times as clocks, packets and busy computers write them; missing samples are found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from thrum.recordings.timing import TimesError, timing

Floats = NDArray[np.floating[Any]]
N = np.arange(20_480)
RNG = np.random.default_rng(3)
LATE = RNG.uniform(-0.3e-3, 0.3e-3, len(N))  # s
PACKET_LATE = RNG.uniform(-4e-3, 4e-3, len(N))

RATES: dict[str, tuple[Floats, bool, float]] = {
    "exact": (N / 1000, True, 1000),
    "a clock a little too fast": (np.floor(N / 1.0005) / 1000, False, 1000.5),
    "a clock a little too slow": (np.round(N / 999, 3), False, 999),
    "drift": (np.round(N / 1001.3 + 1e-3 * np.sin(N / 3000), 6), True, 1001.3),
    "late stamps": (N / 1000 + LATE, True, 1000),
    "packets": (N // 32 * 0.032, True, 1000),
    "packets of which the first is not whole": ((N + 5) // 7 * 0.007, True, 1000),
    "large packets": (N // 256 * 0.256, True, 1000),
    "packets on a coarse clock": (np.round(N // 10 * (10 / 952), 3), True, 952),
    "late packets": (N // 20 * 0.02 + PACKET_LATE[N // 20], True, 1000),
    **{
        f"{rate} Hz in whole ms": (np.round(N / rate, 3), False, rate)
        for rate in (50, 104, 208, 416, 476, 800, 833, 952, 1344, 1600, 1660, 3200, 6664, 25600)
    },
}


@pytest.mark.parametrize("name", RATES)
def test_rates(name: str) -> None:
    times, fine, rate = RATES[name]
    assert timing((times - times[0]).astype(np.float64), fine).rate_hz == pytest.approx(
        rate, rel=1e-3
    )


MISSING: dict[str, tuple[Floats, int, int]] = {  # times, sample before the first gap, how many
    "one": (np.delete(N, 500) / 1000, 499, 1),
    "one of nine": (N[N % 9 > 0] / 1000, 7, 2275),
    "0.1 % at random": (np.delete(N, np.arange(99, 20_000, 997)) / 1000, 98, 20),
    "5 % at random": (np.delete(N, RNG.choice(np.arange(1, 20_000), 1000)) / 1000, -1, 970),
    "a packet": (np.delete(N, slice(3200, 3232)) // 32 * 0.032, 3199, 32),
    "four, of late stamps": (np.delete(N / 1000 + 0.6 * LATE, slice(999, 1003)), 998, 4),
}


@pytest.mark.parametrize("name", MISSING)
def test_missing_samples_are_counted(name: str) -> None:
    times, at, count = MISSING[name]
    with pytest.raises(TimesError, match="samples missing") as error:
        timing((times - times[0]).astype(np.float64))
    assert at in (-1, error.value.at)
    said = int(str(error.value).split("about ")[1].split()[0])
    assert said == pytest.approx(count, rel=0.03)


def test_what_is_even_may_be_a_clock_or_missing() -> None:
    """800 Hz in whole ms looks as 1 kHz of which one in five is missing: said, with the other."""
    times = np.floor(N / 0.8) / 1000
    [words] = timing(times, fine=False).warnings
    assert "of a coarse clock, not as 1000 Hz with samples missing" in words
    with pytest.raises(TimesError, match=r"rate_hz = 800"):
        timing(times)


def test_times_that_say_nothing() -> None:
    for times, words in (
        (np.zeros(99), "all times are equal"),
        (np.where(N == 77, 0, N) / 1000, "goes back"),
        (np.where(N == 77, np.nan, N) / 1000, "a time is missing"),
        (
            np.repeat(np.cumsum(RNG.uniform(0.01, 0.1, 99)), RNG.integers(3, 90, 99)),
            "missing|packets",
        ),
    ):
        with pytest.raises(TimesError, match=words):
            timing(times)
