"""Scorers: simple ones against which the network is compared."""

from __future__ import annotations

from recordings import CFG, noise

from thrum.evaluation import scorers
from thrum.recordings import dataset


def test_simple_scorers_find_a_louder_machine() -> None:
    """All but the kurtosis, which is blind to level."""
    healthy, loud = (
        scorers.observe(dataset.windows(rec, CFG), CFG) for rec in (noise(1), noise(2, 1, 600.0))
    )
    for name, scorer in scorers.simple(CFG).items():
        own, other = scorer(healthy, [healthy, loud])
        assert own.mean() < 1, name
        assert (other.mean() > 1) == (name != "kurtosis"), name
