"""Cases: what is learned, what is judged, and what is too short for either."""

from __future__ import annotations

import numpy as np
import pytest
from recordings import CFG, noise

from thrum.evaluation import cases


def test_nothing_healthy_is_an_error() -> None:
    """Without a healthy recording there is no baseline."""
    with pytest.raises(ValueError, match="no healthy recording"):
        cases.cases("test", [noise(1, 1)], CFG)


def test_short_recordings_overlap_their_windows() -> None:
    """The hop is halved until 32 windows can be learned, at most to a quarter window."""
    for samples, hop in ((40_000, 256), (10_000, 128), (5_000, 64), (2_500, 64)):
        (case,) = cases.cases("test", [noise(1, samples=samples)], CFG)
        assert case.cfg.window.hop == hop


def test_too_short_to_learn_from_is_an_error() -> None:
    """A device learns at least 16 windows; the message says how long to record."""
    with pytest.raises(cases.ProtocolError, match=r"r1: 0\.62 s are too short.*0\.76 s"):
        cases.cases("test", [noise(1, samples=2_000)], CFG)


def test_learned_and_judged_samples_do_not_overlap() -> None:
    """The two parts of the learned recording make up the whole and share nothing."""
    rec = noise(1)
    (case,) = cases.cases("test", [rec], CFG)
    halves = [case.learn.samples, case.same[0].samples]
    assert np.array_equal(np.concatenate(halves), rec.samples)
