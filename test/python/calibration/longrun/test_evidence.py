"""Evidence: days, alarms and faults that were counted."""

from __future__ import annotations

import numpy as np
import pytest
from plants import CFG, ENGINE

from thrum.calibration.k_of_n import STEPS
from thrum.calibration.longrun.evidence import Plan, Votes, simulated


def test_a_short_run_counts_days_alarms_and_faults() -> None:
    """Three installations of one machine; the same seed gives the same."""
    plan, rules = Plan(3, 0.5, 4.0), [Votes(1, 1), Votes(28, 32)]
    first, second = (simulated(CFG, ENGINE, plan, rules, 5) for _ in range(2))
    assert first.trial_days == pytest.approx(3 * CFG.baseline.trial * 4 / 24, rel=0.01)
    early = first.early
    assert early is not None and 3 * 4 / 24 <= early.days <= 3 * 3 * 4 / 24
    assert len(early.faults) == len(first.faults) and early.raised[0].shape == (3, STEPS + 1)
    # Of twelve hours each; a stop for the night takes ten.
    assert 3 * 2 / 24 <= first.machine_days <= 3 * 12 / 24 + 0.01
    assert len(first.faults) == 3 * 5 * 3 and first.raised[0].shape == (3, STEPS + 1)
    np.testing.assert_array_equal(first.raised, second.raised)
    assert (first.raised[1][:, 2000:] <= first.raised[0][:, 2000:]).all()
    severe, slight = (np.isfinite(first.delays(0, 2253, s)).mean() for s in (1.0, 0.25))
    assert severe >= slight
