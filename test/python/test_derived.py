"""Values derived from the parameters, defined once for the headers and the reference."""

from __future__ import annotations

import numpy as np
import pytest

from thrum.derived import apart, complete_windows, first_windows, sine_table, trial_windows


@pytest.mark.parametrize("length", [64, 128, 256, 512, 1024])
def test_the_sine_table_is_what_numpy_rounds(length: int) -> None:
    exact = 32768 * np.sin(2 * np.pi * np.arange(3 * length // 4 + 1) / length)
    assert sine_table(length) == tuple(np.clip(np.rint(exact), -32767, 32767).astype(int).tolist())


def test_baselines_of_windows_in_a_row_are_judged_sooner_and_not_tried() -> None:
    assert not apart(stride=63, most_windows=64)
    assert first_windows(stride=63, mean_windows=16, most_windows=64) == 16
    assert trial_windows(stride=63, most_windows=64, trial=7, windows=256, grow=0) == 0


def test_baselines_learned_apart_are_of_averages_and_are_tried() -> None:
    assert apart(stride=64, most_windows=64)
    assert first_windows(stride=64, mean_windows=16, most_windows=64) == 64
    assert trial_windows(stride=64, most_windows=64, trial=7, windows=256, grow=0) == 7 * 256


@pytest.mark.parametrize(
    ("rate_hz", "stride", "windows"),
    [
        (3200, 5625, 512),
        (3200, 300, 256),
        (3200, 63, 64),
        (12_000, 5625, 512),
        (952, 1673, 128),
        (200, 351, 64),
    ],
)
def test_an_average_grows_to_41_seconds_within_a_stride(
    rate_hz: int, stride: int, windows: int
) -> None:
    assert complete_windows(stride, 64, rate_hz) == windows
