"""Rest: what is silent, what runs down, and what is only quiet."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from thrum.reference.rest import QUIET, Rest

DROP = 1024
KNOWN = (8000,)


def _flat(level: int) -> npt.NDArray[np.uint16]:
    return np.full(32, level, np.uint16)


def _peaked(level: int) -> npt.NDArray[np.uint16]:
    return np.concatenate([[level], np.full(31, level - 2000)]).astype(np.uint16)


def test_without_a_known_level_nothing_is_rest() -> None:
    assert not Rest(DROP).take(0, _flat(0), (), False)


def test_a_silent_machine_is_at_rest_until_it_is_an_octave_louder() -> None:
    rest = Rest(DROP)
    assert not rest.take(6976, _flat(6976), KNOWN, True)  # idle_drop below, and no more
    assert rest.take(6975, _flat(6975), KNOWN, True)
    assert rest.take(7231, _flat(7231), KNOWN, True)
    assert not rest.take(7232, _flat(7232), KNOWN, True)


def test_a_machine_that_is_quiet_but_not_silent_is_judged_after_a_while() -> None:
    rest = Rest(DROP)
    seen = [rest.take(6000, _peaked(6000), KNOWN, True) for _ in range(2 * QUIET)]
    assert seen == [True] * (QUIET - 1) + [False] * (QUIET + 1)
    assert rest.take(6000, _flat(6000), KNOWN, True)  # silent


def test_while_a_machine_is_learned_quiet_is_rest() -> None:
    rest = Rest(DROP)
    assert all(rest.take(6000, _peaked(6000), KNOWN, False) for _ in range(2 * QUIET))


def test_a_machine_that_runs_down_is_at_rest() -> None:
    rest = Rest(DROP)
    levels = range(6500, 6500 - 20 * 200, -20)
    assert all(rest.take(level, _peaked(level), KNOWN, True) for level in levels)
