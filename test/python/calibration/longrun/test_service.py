"""How a machine is run: stops, temperature, load."""

from __future__ import annotations

import numpy as np

from thrum.calibration.longrun.service import MINUTES_PER_DAY, draw_service


def test_a_night_stop_is_cold_and_is_not_judged() -> None:
    """Of many machines, half stop; nothing is judged then, and the morning starts cold."""
    services = [draw_service(np.random.default_rng(seed), 2.0) for seed in range(40)]
    stopping = [service for service in services if not service.running.all()]
    assert 10 <= len(stopping) <= 30
    for service in stopping:
        assert service.running.sum() == 2 * 14 * 60
        start = int(np.flatnonzero(np.diff(service.running.astype(int)) == 1)[0]) + 1
        assert service.warm[start] < 0.1 < 0.5 < service.warm[start + 240]
    assert all(len(service.warm) == 2 * MINUTES_PER_DAY for service in services)
    assert all(np.abs(service.load).max() <= 1 for service in services)
