"""The decision: votes that raise an alarm, and how long they have lasted."""

from __future__ import annotations

import numpy as np
import pytest
import vibration

from thrum import config as params
from thrum.reference.detector import Detector, DetectorConfig
from thrum.states import State


def test_a_change_lasts_from_the_first_vote_that_raises_the_alarm() -> None:
    """The same scores as in test/test_detector."""
    for scores, lasted in (
        ([0] * 20 + [255, 0, 0, 255, 255], 5),
        ([255, 0, 0, 0, 0, 255, 255, 255], 3),
    ):
        detector = Detector(DetectorConfig(128, 102, 3, 5, 10))
        states = [detector.update(score) for score in scores]
        assert states.index(State.ALARM) == len(scores) - 1
        assert detector.lasted == lasted


CFG = params.load()


@pytest.mark.parametrize(
    "config",
    [
        DetectorConfig.of(CFG),
        DetectorConfig(raise_q8=128, clear_q8=128, k=1, n=1, hold_windows=0),
        DetectorConfig(raise_q8=140, clear_q8=90, k=28, n=32, hold_windows=500),
    ],
)
def test_detector(config: DetectorConfig) -> None:
    """Slow swings, spikes and faults drive both through every transition."""
    rng = np.random.default_rng(11)
    swing = 128 + 250 * np.sin(np.arange(20_000) / 90) + rng.normal(0, 60, 20_000)
    scores = swing.clip(0, 255).astype(np.int16)
    scores[rng.random(20_000) < 0.05] = -1
    scores[6_000:9_000:3] = -2
    scores[12_000:12_100] = -2
    detector = Detector(config)
    expected = [
        (detector.update(int(s)) if s >= 0 else detector.fail(bool(s == -2)), detector.score)
        for s in scores
    ]
    states, means = vibration.detect(scores, config)
    assert set(states) == {1, 2, 3}
    np.testing.assert_array_equal(np.stack([states, means], axis=1), expected)
