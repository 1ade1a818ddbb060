"""Windows that a board is challenged with."""

from __future__ import annotations

import numpy as np
import pytest

from thrum import config
from thrum.verification import challenge
from thrum.verification.challenge import challenges

CFG = config.load()


@pytest.fixture(autouse=True)
def _without_recordings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(challenge, "data_directory", lambda: None)


def _drawn(seed: int, count: int = 100) -> list[challenge.Challenge]:
    return challenges(CFG, np.random.default_rng(seed), 16, count)


def test_equal_seeds_give_equal_windows() -> None:
    one, two, other = _drawn(1), _drawn(1), _drawn(2)
    assert [c.name for c in one] == [c.name for c in two]
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(one, two, strict=True))
    assert any(a.name != b.name for a, b in zip(one, other, strict=True))


def test_learning_comes_first_and_every_edge_is_there() -> None:
    drawn = _drawn(3)
    assert len(drawn) == 116
    assert {c.name for c in drawn[:16]} == {"learning"}
    names = {c.name for c in drawn[16:]}
    assert names >= {"silence", "constant", "impulse", "square_at_limits", "just_clipped"}
    assert all(" " not in name for name in names)


def test_windows_are_as_long_as_configured() -> None:
    for given in _drawn(4, 300):
        assert given.samples.dtype == np.int16
        assert given.samples.shape[1] == CFG.window.length
        assert 1 <= given.samples.shape[0] <= 3
