"""A machine in service: how long its baseline takes, and when it is judged."""

from __future__ import annotations

import numpy as np
from plants import CFG, ENGINE, plant

from thrum.calibration.longrun import installed
from thrum.calibration.longrun.trial import BURST


def test_a_unit_is_judged_for_the_days_asked_for_after_its_trial() -> None:
    unit = installed.install(plant(3), ENGINE, np.random.default_rng(4), 0.5, 1.0, 160)
    tried = CFG.baseline.trial  # hours
    assert 60 <= unit.grown.minutes <= 180 and not unit.baseline.provisional
    assert len(unit.on_trial) == round(60 * tried) and unit.on_trial.shape[1] == BURST
    assert unit.service.running[: unit.since].sum() >= unit.grown.minutes + 60 * tried
    assert len(unit.service.running) == unit.since + 720
    assert 0 < unit.judged_days <= 0.5
