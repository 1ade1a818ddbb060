"""Averages of windows: NumPy and C++ in the same integers."""

from __future__ import annotations

import numpy as np
import pytest
import vibration

from thrum.derived import complete_windows
from thrum.reference.smoothing import Smoothing


@pytest.mark.parametrize("log2_windows", range(10))
def test_smoothing(log2_windows: int) -> None:
    """Noise, the extremes, and steps between them."""
    rng = np.random.default_rng(log2_windows)
    rows = np.concatenate(
        [
            rng.integers(0, 16384, (200, 32)),
            rng.choice([0, 16383], (200, 32)),
            np.repeat(rng.choice([0, 1, 16382, 16383], (20, 32)), 16 << log2_windows, axis=0),
        ]
    ).astype(np.uint16)
    smoothing = Smoothing(1 << log2_windows)
    expected = np.stack([smoothing.take(row) for row in rows])
    np.testing.assert_array_equal(vibration.smoothed(rows, log2_windows), expected)
    np.testing.assert_allclose(expected[-1].astype(int), rows[-1], atol=1)


def test_a_complete_average_has_as_many_windows_on_the_device() -> None:
    strides = (1, 63, 64, 127, 128, 255, 256, 511, 512, 1023, 5625, 60_000)
    for rate_hz in (50, 200, 400, 799, 800, 952, 1600, 3199, 3200, 12_000, 50_000):
        for most in (16, 64, 128):
            for stride in strides:
                wanted = complete_windows(stride, most, rate_hz)
                got = vibration.complete_windows(stride, most, rate_hz)
                assert stride < most or got == wanted, (rate_hz, most, stride)
