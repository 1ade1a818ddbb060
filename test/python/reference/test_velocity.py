"""Velocity: C++ and NumPy agree in every integer, and with double precision within 0.5 %."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import vibration
from windows import adversarial, random_windows

from thrum.reference import features
from thrum.reference.velocity import VelocityBand, exact, velocity

MG_Q12 = 2000  # 16 g


def ours(windows: npt.NDArray[np.int16], band: VelocityBand) -> npt.NDArray[np.int64]:
    stats, power, exponent = features.spectrum(windows)
    return np.where(stats.peak == 0, 0, velocity(power.T, exponent, band))


@pytest.mark.parametrize("rate", [1, 9, 100, 200, 952, 3200, 12_800, 26_667, 200_000])
@pytest.mark.parametrize("length", [64, 256, 1024])
def test_c_and_numpy_give_the_same_integers(rate: int, length: int) -> None:
    band = VelocityBand.of(rate, MG_Q12, length)
    config = vibration.velocity_config(rate, MG_Q12, length)
    assert (config.first, config.last) == (band.first, band.last)
    assert (config.mantissa, config.exponent) == (band.mantissa, band.exponent)
    windows = np.concatenate(
        [adversarial(length, 1)[:, 0], random_windows(300, 1, length, seed=rate)[:, 0]]
    )
    np.testing.assert_array_equal(vibration.velocity(windows, config), ours(windows, band))


@pytest.mark.parametrize("full_scale_g", [1, 2, 16, 200])
def test_the_scale_is_that_of_any_sensor(full_scale_g: int) -> None:
    mg_q12 = round(full_scale_g * 1000 * 4096 / 32768)
    band = VelocityBand.of(3200, mg_q12, 256)
    wanted = np.sqrt(2 / (0.375 * 4 * np.pi**2)) / 3200 * mg_q12 / 4096 * 9.80665 * 256
    assert band.mantissa * 2.0**band.exponent == pytest.approx(wanted, rel=5e-5)


@pytest.mark.parametrize(
    ("rate", "length", "hz"),
    [(3200, 256, (25.0, 1000.0)), (1000, 256, (11.72, 496.1)), (200, 256, (10.16, 99.2))],
)
def test_the_frequencies_that_count(rate: int, length: int, hz: tuple[float, float]) -> None:
    assert VelocityBand.of(rate, MG_Q12, length).range_hz == pytest.approx(hz, rel=1e-3)


def sines(rate: int, cycles: npt.NDArray[np.float64], mm_s: float) -> npt.NDArray[np.int16]:
    """Windows of 256 samples: sines of so many cycles a window and this velocity RMS."""
    rng = np.random.default_rng(1)
    phase = rng.uniform(0, 2 * np.pi, (len(cycles), 1))
    hz = cycles[:, None] * rate / 256
    peak_g = np.sqrt(2) * mm_s / 1000 * 2 * np.pi * hz / 9.80665
    t = np.arange(256) / rate
    g = peak_g * np.sin(2 * np.pi * hz * t + phase)
    return np.rint(g * 1000 * 4096 / MG_Q12).astype(np.int16)


def in_g(windows: npt.NDArray[np.int16]) -> npt.NDArray[np.float64]:
    return windows.astype(np.float64) * (MG_Q12 / 4096 / 1000)


@pytest.mark.parametrize("rate", [1000, 3200])
def test_it_is_that_of_double_precision_within_half_a_percent(rate: int) -> None:
    """Of the same windows and bins: sines in the range, and noise that is red, white or blue."""
    band = VelocityBand.of(rate, MG_Q12, 256)
    cycles = np.linspace(band.first, band.last, 300)
    rng = np.random.default_rng(2)
    noise = rng.standard_normal((300, 256)) * 3000
    red = np.cumsum(noise, axis=1) / 8
    blue = np.diff(noise, axis=1, prepend=0) / 2
    noisy = np.rint(np.concatenate([noise, red, blue])).clip(-32767, 32767).astype(np.int16)
    windows = np.concatenate([sines(rate, cycles, 4.5), noisy])
    wanted = exact(in_g(windows), rate)
    error = np.abs(ours(windows, band) / 256 / wanted - 1)
    rounding = 0.5 / 256 / wanted  # of Q8
    assert np.max(error - rounding) < 0.005


@pytest.mark.parametrize("rate", [1000, 3200])
def test_a_sine_is_right_within_two_percent_from_the_sixth_bin_on(rate: int) -> None:
    band = VelocityBand.of(rate, MG_Q12, 256)
    cycles = np.linspace(6, band.last - 2, 400)
    measured = ours(sines(rate, cycles, 4.5), band) / 256
    assert np.max(np.abs(measured / 4.5 - 1)) < 0.02


def test_below_that_it_is_as_wrong_as_256_samples_must_be() -> None:
    """10 Hz at 3.2 kHz is between bins 0 and 1, which do not count."""
    band = VelocityBand.of(3200, MG_Q12, 256)
    assert ours(sines(3200, np.array([0.8]), 4.5), band)[0] / 256 < 0.5 * 4.5


def test_what_is_too_large_for_its_bits_is_the_largest_number() -> None:
    band = VelocityBand.of(100, 25_000, 256)
    loud = np.rint(32767 * np.sin(2 * np.pi * 27 * np.arange(256) / 256)).astype(np.int16)
    assert ours(loud[np.newaxis], band)[0] == 65535
