"""Evidence: days, alarms and faults that were counted."""

from __future__ import annotations

import numpy as np
import pytest
from plants import CFG, ENGINE

from thrum.calibration.k_of_n import STEPS
from thrum.calibration.longrun.evidence import Plan, Votes, simulated
from thrum.calibration.longrun.installed import spread_windows
from thrum.reference.baseline import trial_windows, with_stride


def test_a_short_run_counts_days_alarms_and_faults() -> None:
    """Three installations of one machine; the same seed gives the same."""
    plan, rules = Plan(3, 0.5, 4.0), [Votes(1, 1), Votes(28, 32)]
    first, second = (simulated(CFG, ENGINE, plan, rules, 5) for _ in range(2))
    on_trial = 3 * trial_windows(with_stride(CFG, 999)) / spread_windows(CFG) * 4 / 24
    assert first.trial_days == pytest.approx(on_trial, rel=0.01)
    assert 0.4 * 3 < first.machine_days <= 0.5 * 3 + 0.01
    assert len(first.faults) == 3 * 5 * 3 and first.raised[0].shape == (3, STEPS + 1)
    np.testing.assert_array_equal(first.raised, second.raised)
    assert (first.raised[1][:, 2000:] <= first.raised[0][:, 2000:]).all()
    severe, slight = (np.isfinite(first.delays(0, 2253, s)).mean() for s in (1.0, 0.25))
    assert severe >= slight
