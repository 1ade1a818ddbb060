"""A machine in service: how long its baseline takes, and when it is judged."""

from __future__ import annotations

import numpy as np
from plants import CFG, ENGINE, plant

from thrum.calibration.longrun import installed
from thrum.calibration.longrun.trial import BURST
from thrum.reference.baseline import trial_windows, with_stride


def test_the_stride_makes_a_baseline_last_the_hours_asked_for() -> None:
    spread = installed.spread_windows(CFG)
    for hours in (1.0, 24.0):
        stride = installed.stride_of(CFG, hours)
        lasts = stride * spread * CFG.window.hop / CFG.sample.rate_hz / 3600
        assert 0 <= hours - lasts < spread * CFG.window.hop / CFG.sample.rate_hz / 3600
    assert installed.stride_of(CFG, 0.0) == 1


def test_a_unit_is_judged_for_the_days_asked_for_after_its_trial() -> None:
    unit = installed.install(plant(3), ENGINE, np.random.default_rng(4), 0.5, 1.0, 160)
    stride = installed.stride_of(CFG, 1.0)
    tried = trial_windows(with_stride(CFG, stride)) / installed.spread_windows(CFG)  # hours
    assert len(unit.on_trial) == round(60 * tried) and unit.on_trial.shape[1] == BURST
    assert unit.service.running[: unit.since].sum() >= 60 * (1 + tried)
    assert len(unit.service.running) == unit.since + 720
    assert 0 < unit.judged_days <= 0.5
