"""Statistics: intervals, areas under the curve, averages."""

from __future__ import annotations

import numpy as np
import pytest

from thrum.evaluation import metrics


def test_wilson_interval() -> None:
    """Values of the literature: 0 of 10 and 5 of 10; more decisions narrow it."""
    assert metrics.wilson(0.0, 10) == pytest.approx((0.0, 0.2775), abs=1e-3)
    assert metrics.wilson(0.5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-3)
    assert metrics.share(np.empty(0, bool), 0) is None


def test_areas_under_the_curve() -> None:
    """Perfect, useless, inverted, ties, and the part below a false-positive rate of 0.1."""
    low, high = np.arange(100.0), np.arange(100.0) + 100
    assert metrics.partial_auc(low, high) == metrics.partial_auc(low, high, 0.1) == 1
    assert metrics.partial_auc(high, low) == metrics.partial_auc(high, low, 0.1) == 0
    assert metrics.partial_auc(low, low) == pytest.approx(0.5)
    assert metrics.partial_auc(low, low, 0.1) == pytest.approx(0.05)
    assert metrics.partial_auc(np.zeros(5), np.zeros(7)) == 0.5
    assert np.isnan(metrics.partial_auc(low, np.empty(0)))


def test_auc_equals_the_rank_statistic() -> None:
    """Random scores with ties: share of pairs in the right order, ties half."""
    rng = np.random.default_rng(3)
    a, b = rng.integers(0, 20, 60).astype(float), rng.integers(5, 25, 80).astype(float)
    pairs = np.mean((b[:, None] > a) + 0.5 * (b[:, None] == a))
    assert metrics.partial_auc(a, b) == pytest.approx(pairs)


def test_running_mean() -> None:
    """Full sets only."""
    assert np.allclose(metrics.running_mean(np.arange(5.0), 2), [0.5, 1.5, 2.5, 3.5])
    assert len(metrics.running_mean(np.arange(3.0), 4)) == 0
