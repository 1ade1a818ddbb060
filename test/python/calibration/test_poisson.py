"""Counted events: bounds of their rate."""

from __future__ import annotations

import pytest

from thrum.calibration.poisson import Rate, allowed_events, most_likely_at_most


def test_bounds_are_those_of_the_poisson_distribution() -> None:
    """Rule of three; the table of exact one-sided 95 % limits."""
    assert most_likely_at_most(0) == pytest.approx(2.9957, abs=1e-3)
    assert most_likely_at_most(1) == pytest.approx(4.7439, abs=1e-3)
    assert most_likely_at_most(10) == pytest.approx(16.962, abs=1e-2)


def test_a_claim_needs_enough_machine_days() -> None:
    """One alarm per 30 days takes 90 days without any; the rest is extrapolation."""
    assert allowed_events(89.0, 1.0) == -1
    assert allowed_events(90.0, 1.0) == 0
    assert allowed_events(240.0, 1.0) == 3
    assert Rate(0, 60.0).missing_days(1.0) == pytest.approx(29.87, abs=0.01)
    assert Rate(0, 120.0).missing_days(1.0) == 0
