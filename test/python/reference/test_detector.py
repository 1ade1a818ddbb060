"""The decision: votes that raise an alarm, and how long they have lasted."""

from __future__ import annotations

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
