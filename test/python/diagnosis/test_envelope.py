from __future__ import annotations

import numpy as np
import pytest
from bearings import Rig, recording

from thrum.diagnosis.envelope import TURNS, Band, Whitened, noise_floor
from thrum.diagnosis.geometry import known

RIG = Rig(known("6205"))


def test_whitening_makes_gears_and_mains_as_small_as_noise() -> None:
    signal = recording(RIG)
    squared, rate = Whitened(signal, RIG.rate_hz).envelope(0, RIG.rate_hz / 2)
    assert squared.mean() == pytest.approx(1.0)
    assert rate == pytest.approx(RIG.rate_hz / 2, rel=1e-3)
    again = np.abs(np.fft.rfft(signal)) / np.abs(np.fft.rfft(signal)).mean()
    assert again.max() > 50  # there were lines


def test_the_band_of_largest_kurtosis_holds_the_resonance() -> None:
    rig = Rig(known("6205"), noise=1.0)
    bands = Whitened(recording(rig, "outer race"), rig.rate_hz).bands(600)
    assert len(bands) == 2
    assert bands[0].low_hz == 0
    assert bands[1].low_hz <= rig.resonance_hz <= bands[1].high_hz
    assert bands[1].kurtosis > bands[0].kurtosis > 0


def test_noise_has_no_kurtosis_and_no_lines() -> None:
    noise = np.random.default_rng(3).normal(0, 1, 100_000)
    white = Whitened(noise, 10_000)
    spectrum = white.spectrum(Band(0, 4500, 0), 25.0, TURNS[1])
    assert spectrum is not None
    assert abs(white.bands(600)[0].kurtosis) < 0.1
    assert np.mean(spectrum.above[5:]) == pytest.approx(1.0, abs=0.1)
    assert np.mean(spectrum.decades[5:] > 3) < 0.004  # 1 in 1,000, where the floor is a guess


def test_one_knock_is_no_kurtosis() -> None:
    noise = np.random.default_rng(4).normal(0, 1, 100_000)
    noise[50_000] += 500
    assert Whitened(noise, 10_000).bands(600)[0].kurtosis < 1


def test_an_amplitude_that_swings_is_a_line_of_its_depth() -> None:
    rng = np.random.default_rng(5)
    t = np.arange(200_000) / 10_000
    signal = rng.normal(0, 1, len(t)) * np.sqrt(1 + 0.5 * np.cos(2 * np.pi * 90 * t))
    spectrum = Whitened(signal, 10_000).spectrum(Band(0, 4500, 0), 25.0, 48)
    assert spectrum is not None
    top = int(np.argmax(spectrum.above[10:])) + 10
    assert spectrum.orders[top] == pytest.approx(3.6, abs=spectrum.step)
    assert 0.3 < spectrum.depth[top] < 0.5  # whitening takes a part of it


def test_too_few_turns_have_no_spectrum() -> None:
    white = Whitened(np.random.default_rng(6).normal(0, 1, 10_000), 10_000)
    assert white.spectrum(Band(0, 4500, 0), 25.0, 48) is None


def test_silence_has_a_spectrum_without_lines() -> None:
    spectrum = Whitened(np.zeros(50_000), 10_000).spectrum(Band(0, 4500, 0), 25.0, 48)
    assert spectrum is not None
    assert np.isfinite(spectrum.above).all()
    assert spectrum.decades.max() < 4


def test_lines_do_not_lift_the_floor() -> None:
    orders = np.arange(500, dtype=np.float64) * 0.02
    power = np.ones(500)
    power[::20] = 1e4
    assert noise_floor(orders, power, 10) == pytest.approx(np.full(500, 1.03), rel=0.05), "median"
