"""Windows drawn instead of rendered have the distribution of the physics."""

from __future__ import annotations

import numpy as np
import pytest
from plants import ENGINE, learned, plant

from thrum.calibration.longrun.library import library, rendered

MACHINES = 6

STATES = ((0.8, 0.5), (0.25, -0.6), (0.65, -0.2))  # warm and load, all between the grid points


@pytest.fixture(scope="module")
def pairs() -> list[tuple[np.ndarray, np.ndarray]]:
    """z (windows, bands) of the same machine and state: rendered, and drawn from a library."""
    out = []
    for number in range(MACHINES):
        mine, rng = plant(number), np.random.default_rng(number)
        made = library(mine, rng, 160)
        baseline = learned(made, rng)
        for warm, load in STATES:
            drawn = made.draw(rng, np.full(16, warm), np.full(16, load), 16).reshape(256, -1)
            physics = rendered(mine, rng, warm, load, 256)
            out.append((baseline.deviation(physics), baseline.deviation(drawn)))
    return out


def test_deviations_have_the_distribution_of_the_physics(
    pairs: list[tuple[np.ndarray, np.ndarray]],
) -> None:
    """Quantiles of z over all machines, states and bands."""
    real, drawn = (np.concatenate([pair[i].ravel() for pair in pairs]) / 32 for i in (0, 1))
    at = (0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
    np.testing.assert_allclose(np.quantile(drawn, at), np.quantile(real, at), rtol=0.06, atol=0.02)


def test_scores_are_equivalent_per_machine_and_state(
    pairs: list[tuple[np.ndarray, np.ndarray]],
) -> None:
    """Mean scores agree within their own error: blocks of 16 windows are independent."""
    apart = []
    for real, drawn in pairs:
        a, b = (ENGINE.scores(z).reshape(16, 16).mean(axis=1) for z in (real, drawn))
        error = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 16) + 2.0  # 2 of 256: the interpolation
        apart.append((a.mean() - b.mean()) / error)
    assert np.abs(apart).max() < 5
    assert np.mean(np.abs(apart) > 2) < 0.25
    assert abs(float(np.mean(apart))) < 1


def test_false_alarms_are_equivalent(pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """Share of 16-window decisions above thresholds from 0.3 to 0.5, within the errors of both."""
    real, drawn = (
        np.concatenate([ENGINE.scores(p[i]).reshape(16, 16).mean(axis=1) for p in pairs]) / 256
        for i in (0, 1)
    )
    for threshold in (0.3, 0.35, 0.4, 0.5):
        a, b = float(np.mean(real >= threshold)), float(np.mean(drawn >= threshold))
        mean = (a + b) / 2
        assert abs(a - b) < 4 * np.sqrt(2 * mean * (1 - mean) / len(real)) + 0.03
