"""Constraints that keep a network monotone."""

from __future__ import annotations

import numpy as np
import pytest

from thrum.training.constraints import opposed


@pytest.mark.slow
def test_no_input_helps_healthy_or_hurts_anomalous() -> None:
    """Weights of the wrong sign become zero; the rest stay."""
    kernel = np.array([[-2.0, 3.0], [2.0, -3.0], [0.0, 1.0]], np.float32)
    kept = np.asarray(opposed(kernel))
    assert kept.tolist() == [[-2.0, 3.0], [0.0, 0.0], [0.0, 1.0]]
