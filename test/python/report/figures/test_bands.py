"""The heat map of deviations."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from replays import HOP, replay

from thrum.report.figures.bands import heat_map


def test_deviations_are_shown_in_sigma_from_the_end_of_learning() -> None:
    """Q5: 32 steps are one sigma. The lowest band is at the bottom, up to half the rate."""
    z = np.arange(8 * 32, dtype=np.uint8).reshape(8, 32)
    figure = Figure()
    heat_map(replay(), z)(figure, False)
    image = figure.axes[0].images[0]
    np.testing.assert_array_equal(image.get_array(), z.T / 32)
    assert image.origin == "lower"
    assert image.get_extent() == pytest.approx((4 * HOP / 200, 12 * HOP / 200, 0, 100))
