"""Simulated windows are those of the physics; machines are run as described; the report counts."""

from __future__ import annotations

import numpy as np
import pytest
from plants import CFG, plant

from thrum.calibration.k_of_n import STEPS, alarms
from thrum.calibration.longrun import run
from thrum.calibration.longrun.evidence import Evidence, FaultRun, Votes
from thrum.simulation.machine import at_load


def test_load_moves_between_two_sessions() -> None:
    """The ends are the sessions; gain and what temperature does stay."""
    mine = plant(1)
    assert at_load(mine.idle, mine.full, -1.0).speed == pytest.approx(mine.idle.speed)
    full = at_load(mine.idle, mine.full, 1.0)
    assert full.speed == pytest.approx(mine.full.speed) and full.gain == mine.idle.gain
    assert np.allclose(full.modes, mine.full.modes)


def test_report_says_what_is_met() -> None:
    """Two alarms in 900 machine-days are within a budget of 1 per 30; half found is not 90 %."""
    raised = np.zeros((6, STEPS + 1), np.int64)
    raised[0, :3000] = 2
    low, high = np.full(100, 1000), np.full(100, 4000)
    faults = [
        FaultRun(kind, severity, [level])
        for kind in ("unbalance", "misalignment", "looseness", "bearing", "rub")
        for severity in (0.25, 0.5, 1.0)
        for level in (low, high)
    ]
    text = run.report(CFG, Evidence(5.12, 5.12, [Votes(8, 12)], 900.0, [raised], faults), 0.55)
    assert "2 false alarms, 0.07 per machine and 30 days" in text and "budget 1 met" in text
    assert (
        "50%; target 90% NOT met" in text
        and "1 of 2 machines alarmed at all, the worst 2 times; the others 0.00" in text
    )
    assert alarms([np.array([0, 3000, 0])])[2999] == 1
