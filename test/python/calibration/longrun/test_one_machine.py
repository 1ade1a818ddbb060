"""One machine of the long run: its phases and its faults."""

from __future__ import annotations

import numpy as np
from plants import CFG, ENGINE

from thrum.calibration.k_of_n import STEPS
from thrum.calibration.longrun.one_machine import SEVERITIES, Plan, Votes, install
from thrum.simulation.machine import FAULTS


def test_a_machine_is_its_own_wherever_it_is_simulated() -> None:
    plan, rules = Plan(1, 0.25, 1.0), [Votes(32, 32)]
    one, again = (install(CFG, ENGINE, plan, rules, 5, 4) for _ in range(2))
    np.testing.assert_array_equal(one.raised, again.raised)
    np.testing.assert_array_equal(one.early, again.early)
    assert one.early[0].shape == (STEPS + 1,) and one.early_days >= 1 / 24
    found = [(run.kind, run.severity) for run in one.early_faults]
    assert found == [(kind, severity) for kind in FAULTS for severity in SEVERITIES]
