"""The timeline: score, deviation and vibration, with the states behind."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from replays import replay

from thrum.report.figures.timeline import timeline


def _drawn(states: str) -> Figure:
    figure = Figure()
    timeline(replay(states), 0.75)(figure, False)
    return figure


def test_what_is_not_judged_is_not_drawn() -> None:
    """Four windows of learning have no score; their vibration is shown all the same."""
    score, deviation, vibration = (axis.lines[0] for axis in _drawn("000011111222").axes)
    for line in (score, deviation):
        assert np.isnan(np.asarray(line.get_ydata(), float)).tolist() == [True] * 4 + [False] * 8
    assert np.asarray(vibration.get_ydata()).tolist() == list(range(1, 13))


def test_the_alarm_is_named_where_there_is_one() -> None:
    def words(states: str) -> list[str]:
        return [text.get_text() for text in _drawn(states).axes[0].texts]

    assert words("000011111222") == ["threshold", "learning", "healthy", "ALARM"]
    assert words("000011111111") == ["threshold", "learning", "healthy"]


def test_learning_alarm_and_fault_have_a_shade_each() -> None:
    """Four stretches, of which OK has no shade."""
    assert len(_drawn("000011112233").axes[0].patches) == 3
    assert len(_drawn("000011111111").axes[0].patches) == 1
