"""Made-up evidence and recordings for the choice of a threshold."""

from __future__ import annotations

import numpy as np

from thrum.calibration.k_of_n import STEPS
from thrum.calibration.longrun.evidence import Evidence, FaultRun, Votes
from thrum.calibration.recorded import Recorded


def evidence(days: float) -> Evidence:
    """Two rules: one quick, which alarms often below 0.6, one slow that needs only 0.45."""
    quick, slow = np.zeros(STEPS + 1, np.int64), np.zeros(STEPS + 1, np.int64)
    quick[: int(0.6 * STEPS)] = 500
    slow[: int(0.45 * STEPS)] = 500
    run = np.full(100, int(0.5 * STEPS))
    faults = [FaultRun("rub", 0.5, [run, run])]
    return Evidence(
        5.12, 0.0, [Votes(1, 1), Votes(28, 32)], days, [quick[None], slow[None]], faults
    )


def heard(level: float, votes: int) -> Recorded:
    """One recording whose mean scores stand at a share of the full score, one vote a second."""
    return Recorded(["a.wav"], [np.full(votes, round(level * STEPS))], [1.0])
