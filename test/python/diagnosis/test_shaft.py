from __future__ import annotations

import numpy as np
import pytest

from thrum.diagnosis import shaft
from thrum.diagnosis.shaft import OrderSpectrum, order_spectrum

RATE, SHAFT = 3200.0, 24.7
G_OF_MM_S = 2 * np.pi * SHAFT * np.sqrt(2) / 9806.65  # amplitude in g of 1 mm/s RMS at 1x


def _spectrum(sizes: dict[float, float], noise_g: float = 1e-3) -> OrderSpectrum:
    """Velocities in mm/s RMS by order."""
    rng = np.random.default_rng(1)
    t = np.arange(int(RATE * 20)) / RATE
    signal = noise_g * rng.standard_normal(len(t))
    for order, mm_s in sizes.items():
        signal += mm_s * order * G_OF_MM_S * np.sin(2 * np.pi * order * SHAFT * t + order)
    found = order_spectrum(signal, RATE, SHAFT)
    assert found is not None
    return found


def _names(sizes: dict[float, float], healthy: dict[float, float] | None = None) -> list[str]:
    before = None if healthy is None else _spectrum(healthy)
    return [cause.name for cause in shaft.causes(_spectrum(sizes), before)]


def test_a_line_has_its_velocity_and_order() -> None:
    mark = _spectrum({1: 3.0, 2: 1.0}).at(1.0)
    assert mark.size == pytest.approx(3.0, rel=0.05)
    assert mark.order == pytest.approx(1.0, abs=0.02)
    assert mark.hz == pytest.approx(SHAFT, rel=0.02)


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({1: 4.0, 2: 0.4, 3: 0.2}, ["unbalance"]),
        ({1: 2.0, 2: 2.5, 3: 0.3}, ["misalignment"]),
        ({n: 2.0 / n**0.5 for n in range(1, 9)}, ["looseness"]),
        ({0.5: 1.0, 1: 2.0, 1.5: 1.0, 2.5: 0.5}, ["looseness"]),
        ({1: 0.5, 2: 0.1}, []),  # too weak to matter
        ({}, []),
    ],
)
def test_patterns_of_the_shaft(sizes: dict[float, float], expected: list[str]) -> None:
    assert _names(sizes) == expected


def test_a_healthy_recording_replaces_the_absolute_level() -> None:
    assert _names({1: 1.0}, {1: 0.2}) == ["unbalance"]
    assert _names({1: 4.0}, {1: 3.0}) == []


def test_the_hum_of_a_motor_of_two_poles_is_no_misalignment() -> None:
    rng = np.random.default_rng(2)
    t = np.arange(int(RATE * 20)) / RATE
    hum = 1e-3 * rng.standard_normal(len(t)) + 0.2 * np.sin(2 * np.pi * 100.0 * t)
    hum += 0.1 * np.sin(2 * np.pi * 49.9 * t)
    found = order_spectrum(hum, RATE, 49.9)
    assert found is not None
    assert [cause.name for cause in shaft.causes(found)] == []


def test_few_turns_have_no_orders() -> None:
    assert order_spectrum(np.ones(200), RATE, SHAFT) is None
    assert order_spectrum(np.ones(0), RATE, SHAFT) is None
