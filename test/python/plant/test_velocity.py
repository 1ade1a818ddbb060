from __future__ import annotations

import numpy as np
import pytest

from thrum.plant.velocity import G_MM_S2, hann_power, of_power, velocity


def _sine(hz: float, rate: float, seconds: float = 10.0, size_g: float = 0.1) -> np.ndarray:
    return np.asarray(size_g * np.sin(2 * np.pi * hz * np.arange(int(rate * seconds)) / rate))


@pytest.mark.parametrize("rate", [1000.0, 3200.0, 12000.0])
@pytest.mark.parametrize("hz", [10.0, 12.3, 25.0, 79.9, 333.3])
def test_a_sine_has_its_velocity_down_to_10_hz(hz: float, rate: float) -> None:
    truth = 0.1 / np.sqrt(2) * G_MM_S2 / (2 * np.pi * hz)
    assert velocity(_sine(hz, rate), rate).rms_mm_s == pytest.approx(truth, rel=1e-3)


def test_what_lies_outside_10_hz_to_1_khz_does_not_count() -> None:
    inside = velocity(_sine(100, 12000), 12000).rms_mm_s
    both = velocity(_sine(100, 12000) + _sine(3000, 12000, size_g=5) + _sine(4, 12000), 12000)
    assert both.rms_mm_s == pytest.approx(inside, rel=1e-6)
    assert (both.low_hz, both.high_hz) == (10.0, 1000.0)


def test_gravity_is_no_velocity() -> None:
    assert velocity(_sine(50, 3200) + 1.0, 3200).rms_mm_s == pytest.approx(
        velocity(_sine(50, 3200), 3200).rms_mm_s, rel=1e-6
    )


def test_slow_rates_and_short_recordings_say_their_range() -> None:
    slow = velocity(_sine(20, 200), 200)
    assert slow.high_hz == 90.0
    assert any("rate is too low" in warning for warning in slow.warnings)
    short = velocity(_sine(200, 3200, 0.08), 3200)
    assert short.low_hz == 25.0
    assert any("too short for 10 Hz" in warning for warning in short.warnings)


def test_white_noise_gives_the_velocity_of_its_density_and_a_warning() -> None:
    density = 400e-6  # g per root hertz, an MPU6050
    noise = np.random.default_rng(1).normal(0, density * np.sqrt(1600), 64_000)
    found = velocity(noise, 3200)
    expected = density * G_MM_S2 / (2 * np.pi) * np.sqrt(1 / 10 - 1 / 1000)
    assert found.rms_mm_s == pytest.approx(expected, rel=0.1)
    assert found.noise > 0.7
    assert any("mostly noise" in warning for warning in found.warnings)
    assert velocity(noise + _sine(25, 3200, 20), 3200).noise < 0.05


def test_peak_and_crest_factor_of_a_sine() -> None:
    found = velocity(_sine(50, 3200), 3200)
    assert found.peak_g == pytest.approx(0.1, rel=1e-3)
    assert found.crest == pytest.approx(np.sqrt(2), rel=1e-3)


@pytest.mark.parametrize("samples", [[], [1.0], [0.0] * 3200, [2.0] * 3200])
def test_silence_and_nothing_have_no_velocity_and_raise_nothing(samples: list[float]) -> None:
    found = velocity(np.array(samples, np.float64), 3200.0)
    assert (found.rms_mm_s, found.crest, found.noise) == (0.0, 0.0, 0.0)


def test_the_power_of_a_window_is_that_of_its_samples() -> None:
    """Parseval's theorem: what the firmware's twin relies on."""
    noise = np.random.default_rng(2).normal(0, 1, 256 * 200)
    assert hann_power(noise, 256).sum() == pytest.approx(1.0, rel=0.02)
    power = np.zeros(129)
    power[8] = 0.5  # a sine of 1 g at 100 Hz
    assert of_power(power, 12.5, 10, 1000) == pytest.approx(G_MM_S2 * np.sqrt(0.5) / 200 / np.pi)
