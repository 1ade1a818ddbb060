"""Waveforms and spectra before and after the change."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from replays import HOP, replay
from scipy import signal

from thrum.report.figures.waveforms import waveforms, welch


@pytest.mark.parametrize("length", [300, 5000])
def test_power_density_is_that_of_scipy(length: int) -> None:
    samples = np.random.default_rng(3).normal(0, 100, (length, 3))
    hertz, power = welch(samples, 200)
    segment = min(1024, length)
    expected = signal.welch(samples, 200, "hann", segment, segment // 2, axis=0)
    np.testing.assert_allclose(hertz, expected[0])
    np.testing.assert_allclose(power, expected[1].sum(axis=1), rtol=1e-9)


@pytest.mark.parametrize("narrow", [False, True])
def test_both_parts_are_drawn_in_mg_without_their_mean(narrow: bool) -> None:
    seen = replay()
    figure = Figure()
    waveforms(seen, 2.0)(figure, narrow)
    spectrum, healthy, changed = figure.axes
    assert [len(axis.lines) for axis in figure.axes] == [2, 1, 1]
    assert (healthy.get_title(), changed.get_title()) == ("healthy", "changed")
    wave = seen.scene.samples[4 * HOP : 8 * HOP, 0] * (2000 / 32768)
    np.testing.assert_allclose(np.asarray(healthy.lines[0].get_ydata()), wave - wave.mean())
    assert spectrum.get_xlim() == (0, 100)
