"""The rate of samples that arrive: early, late, in lumps, and other than the board says."""

from __future__ import annotations

import numpy as np
import pytest

from thrum.device.pace import TOLERANCE, Pace

HOP, SAID = 256, 3200


def _pace(rate_hz: float, windows: int, late: np.ndarray | None = None) -> Pace:
    """Windows of a board at a rate; late: seconds that each takes longer to arrive."""
    pace = Pace()
    late = np.zeros(windows) if late is None else late
    for k in range(windows):
        pace.take((k + 1) * HOP, 1000.0 + (k + 1) * HOP / rate_hz + late[k])
    return pace


@pytest.mark.parametrize("rate_hz", [3100.0, 3200.0, 3300.0])
def test_the_rate(rate_hz: float) -> None:
    pace = _pace(rate_hz, 40)
    assert pace.rate_hz == pytest.approx(rate_hz, rel=1e-9)
    assert pace.seconds == pytest.approx(39 * HOP / rate_hz, rel=1e-9)
    assert (pace.off(SAID) > TOLERANCE) == (rate_hz != SAID)


@pytest.mark.parametrize("factor", [0.9, 0.97, 1.03, 1.1])
def test_a_rate_that_is_off_is_found_through_the_jitter_of_usb(factor: float) -> None:
    late = np.random.default_rng(1).uniform(0, 0.016, 40)
    assert _pace(factor * SAID, 40, late).off(SAID) > TOLERANCE


@pytest.mark.parametrize("factor", [0.985, 1.0, 1.015])
def test_a_rate_within_the_tolerance_is_not(factor: float) -> None:
    late = np.random.default_rng(1).uniform(0, 0.016, 40)
    assert not _pace(factor * SAID, 40, late).off(SAID) > TOLERANCE


def test_a_computer_that_was_busy_for_a_second_is_no_other_rate() -> None:
    """All that came meanwhile arrives at once."""
    for start in range(0, 110, 7):
        now = (np.arange(120) + 1) * HOP / SAID
        late = np.maximum(0, now[start] + 1.0 - now) * (np.arange(120) >= start)
        assert not _pace(SAID, 120, late).off(SAID) > TOLERANCE, start


def test_a_few_windows_out_of_a_buffer_say_nothing() -> None:
    pace = Pace()
    for k in range(5):
        pace.take(k * HOP, 1.0)
    assert pace.rate_hz == 0 and not pace.off(SAID) > TOLERANCE
    for k in range(5, 40):
        pace.take(k * HOP, 1.0)
    assert pace.off(SAID) > TOLERANCE


def test_days_lose_no_digits() -> None:
    pace = _pace(SAID, 200_000)
    assert pace.rate_hz == pytest.approx(SAID, rel=1e-6) and not pace.off(SAID) > TOLERANCE
