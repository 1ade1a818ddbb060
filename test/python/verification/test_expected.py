"""Expected answers, whatever number of axes each window has."""

from __future__ import annotations

import numpy as np

from thrum import config
from thrum.artifacts import release
from thrum.reference.answers import answers, difference, measure
from thrum.reference.network import Engine
from thrum.verification.challenge import Challenge
from thrum.verification.expected import expected

CFG = config.load()


def test_windows_of_one_and_of_three_axes_keep_their_order() -> None:
    rng = np.random.default_rng(1)
    axes = [1 if number % 3 else 3 for number in range(40)]
    given = [
        Challenge("noise", rng.integers(-900, 900, (count, CFG.window.length)).astype(np.int16))
        for count in axes
    ]
    network = Engine(release.load().graph).outputs
    told = expected(CFG, network, 2000, 16, given)
    measured = [measure(CFG, one.samples[np.newaxis]) for one in given]
    assert [answer.log_bands.tolist() for answer in told] == [
        found.log_bands[0].tolist() for found in measured
    ]


def test_windows_of_equal_axes_are_answered_like_an_array_of_them() -> None:
    samples = np.random.default_rng(2).integers(-900, 900, (40, 1, CFG.window.length))
    windows = samples.astype(np.int16)
    network = Engine(release.load().graph).outputs
    told = expected(CFG, network, 2000, 16, [Challenge("noise", one) for one in windows])
    whole = answers(CFG, network, 2000, 16, measure(CFG, windows))
    assert [difference(*pair) for pair in zip(told, whole, strict=True)] == [""] * 40
