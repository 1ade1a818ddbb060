from __future__ import annotations

import numpy as np
import pytest
from bearings import Rig, recording

from thrum.diagnosis import speed
from thrum.diagnosis.geometry import known

RIG = Rig(known("6205"), rpm=1483.0, noise=0.05)


def test_a_speed_that_was_given_is_corrected_by_the_spectrum() -> None:
    found = speed.given(1500.0, recording(RIG), RIG.rate_hz)
    assert found.rpm == pytest.approx(1483, rel=found.doubt)
    assert found.doubt < 0.003
    assert "found in the spectrum" in found.how
    assert found.sure


def test_without_lines_a_given_speed_stays_as_it_is() -> None:
    noise = np.random.default_rng(1).normal(0, 1, 60_000)
    found = speed.given(1500.0, noise, 10_000)
    assert (found.rpm, found.how, found.doubt) == (1500.0, "given", 0.0)


def test_a_speed_is_estimated_where_the_shaft_is_the_strongest_line() -> None:
    found = speed.estimated(recording(RIG), RIG.rate_hz)
    assert found is not None
    assert found.rpm == pytest.approx(1483, rel=0.005)
    assert found.sure


def test_noise_and_silence_have_no_speed() -> None:
    assert speed.estimated(np.random.default_rng(2).normal(0, 1, 60_000), 10_000) is None
    assert speed.estimated(np.zeros(60_000), 10_000) is None
    assert speed.estimated(np.zeros(10), 10_000) is None


def test_a_comb_without_a_strong_first_line_is_not_sure() -> None:
    rng = np.random.default_rng(3)
    t = np.arange(100_000) / 10_000
    signal = rng.normal(0, 0.01, len(t)) + 5 * np.sin(2 * np.pi * 9.3 * t)
    for n in range(1, 11):
        signal += 0.05 * np.sin(2 * np.pi * 31 * n * t + n)
    found = speed.estimated(signal, 10_000)
    assert found is not None
    assert not found.sure
    assert "not sure" in found.how
