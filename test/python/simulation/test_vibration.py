"""Rendered vibration: physics that can be checked, at any rate."""

from __future__ import annotations

import numpy as np
import pytest

from thrum.simulation import machine, vibration


def rng() -> np.random.Generator:
    """The generator of every test."""
    return np.random.default_rng(7)


def rendered(kind: str | None, rate: float = 3200.0, severity: float = 1.0) -> np.ndarray:
    """Ten seconds of one machine in one session, the same but for the fault."""
    drawn = machine.draw_machine(rng(), rate)
    session = machine.draw_session(rng(), drawn)
    fault = machine.Fault(kind, severity) if kind else None
    return vibration.render(drawn, session, int(10 * rate), rng(), fault)[:, 0]


def level_at(signal: np.ndarray, hz: float, rate: float = 3200.0) -> float:
    """Largest amplitude within 3 % of a frequency."""
    f = np.fft.rfftfreq(len(signal), 1 / rate)
    amplitude = np.abs(np.fft.rfft(signal * np.hanning(len(signal)))) * 4 / len(signal)
    return float(amplitude[np.abs(f - hz) < 0.03 * hz].max())


@pytest.mark.parametrize("rate", [50.0, 200.0, 3200.0, 12_000.0, 50_000.0])
@pytest.mark.parametrize("kind", [None, *machine.FAULTS])
def test_any_rate_and_fault(rate: float, kind: str | None) -> None:
    """Finite, within the sensor's range, never silent."""
    signal = rendered(kind, rate)
    assert np.isfinite(signal).all() and np.abs(signal).max() <= 16.5 and signal.std() > 1e-4


def test_equal_seeds_give_equal_samples() -> None:
    """Everything random comes from the generator that is passed in."""
    assert np.array_equal(rendered("bearing"), rendered("bearing"))


def test_severity_zero_is_healthy_in_power() -> None:
    """A fault of severity 0 adds nothing."""
    assert rendered("bearing", severity=0).std() == pytest.approx(rendered(None).std(), rel=0.05)


def test_misalignment_raises_the_second_harmonic() -> None:
    """Twice the shaft rate grows, at least with gross severity."""
    second = 2 * machine.draw_machine(rng(), 3200).shaft_hz
    assert level_at(rendered("misalignment", severity=3), second) > 1.3 * level_at(
        rendered(None), second
    )


def test_looseness_makes_half_orders() -> None:
    """Half the shaft rate appears."""
    half = 0.5 * machine.draw_machine(rng(), 3200).shaft_hz
    assert level_at(rendered("looseness"), half) > 3 * level_at(rendered(None), half)


def test_bearing_fault_is_impulsive() -> None:
    """The kurtosis of the fault's force is far above 3."""
    drawn = machine.draw_machine(rng(), 12_000)
    force = vibration._impacts(drawn, np.arange(50_000) * drawn.shaft_hz / 12_000, rng())
    assert np.mean(force**4) / np.mean(force**2) ** 2 > 10
    assert np.mean(force**2) == pytest.approx(1.0, rel=1e-3)


def test_unbalance_may_lower_the_first_harmonic() -> None:
    """Vector addition: in some machines the first harmonic shrinks."""
    generator = rng()
    drawn = [machine.draw_machine(generator, 3200) for _ in range(50)]
    change = [
        abs(m.tones[0, 1] + vibration._fault_tones(m, "unbalance", generator)[0, 1])
        - abs(m.tones[0, 1])
        for m in drawn
    ]
    assert min(change) < 0 < max(change)


def test_growth_scales_the_fault() -> None:
    """Without growth there is no fault; with it the end differs from the start."""
    drawn = machine.draw_machine(rng(), 3200)
    session = machine.draw_session(rng(), drawn)
    growth = np.linspace(0, 1, 32_000)
    signal = vibration.render(drawn, session, 32_000, rng(), machine.Fault("bearing", 8.0), growth)
    assert signal[-8000:].std() > 1.5 * signal[:8000].std()
