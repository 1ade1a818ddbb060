"""Random machines and sessions: ranges, and what a load changes."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from thrum.simulation.machine import (
    HALF_ORDERS,
    HIGHEST_TONE,
    at_load,
    draw_machine,
    draw_session,
    log_uniform,
    phasors,
)


@pytest.mark.parametrize("rate", [50.0, 3200.0, 50_000.0])
def test_no_tone_is_above_what_the_rate_can_carry(rate: float) -> None:
    rng = np.random.default_rng(1)
    orders = 0.5 * np.arange(1, HALF_ORDERS + 1)
    for _ in range(50):
        machine = draw_machine(rng, rate, axes=3)
        too_high = orders * machine.shaft_hz >= HIGHEST_TONE * rate
        assert machine.tones.shape == (3, HALF_ORDERS)
        assert not machine.tones[:, too_high].any()
        assert (machine.mode_hz < rate / 2).all()
        assert machine.line_hz < HIGHEST_TONE * rate or not machine.line.any()


def test_equal_seeds_give_equal_machines() -> None:
    one, two = (draw_machine(np.random.default_rng(2), 3200) for _ in range(2))
    for item in fields(one):
        np.testing.assert_array_equal(getattr(one, item.name), getattr(two, item.name))


def test_a_load_lies_between_its_ends_and_keeps_the_temperature() -> None:
    rng = np.random.default_rng(3)
    machine = draw_machine(rng, 3200)
    idle, full = draw_session(rng, machine), draw_session(rng, machine)
    assert at_load(idle, full, -1).speed == pytest.approx(idle.speed)
    assert at_load(idle, full, 1).speed == pytest.approx(full.speed)
    assert at_load(idle, full, 0).speed == pytest.approx(np.sqrt(idle.speed * full.speed))
    assert at_load(idle, full, 1).noise_drift == idle.noise_drift


def test_a_session_without_spread_is_the_machine_itself() -> None:
    rng = np.random.default_rng(4)
    same = draw_session(rng, draw_machine(rng, 3200), spread=0)
    assert (same.speed, same.noise, same.noise_drift) == (1, 1, 0)
    assert (same.modes == 1).all()


def test_draws_keep_their_range() -> None:
    rng = np.random.default_rng(5)
    drawn = [log_uniform(rng, 0.01, 100) for _ in range(2000)]
    assert min(drawn) >= 0.01 and max(drawn) <= 100
    assert np.median(drawn) == pytest.approx(1, rel=0.5)
    np.testing.assert_allclose(np.abs(phasors(rng, 2, 50)), 1, rtol=1e-6)
