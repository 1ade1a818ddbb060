"""For every persistence the lowest threshold that keeps a budget, and the quickest of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrum.calibration.k_of_n import STEPS
from thrum.calibration.longrun.evidence import CAP_S, Evidence, Votes
from thrum.calibration.poisson import Rate, allowed_events
from thrum.calibration.recorded import Recorded

RULES = tuple(
    Votes(k, n)
    for k, n in (
        (1, 1),
        (4, 6),
        (8, 12),
        (12, 16),
        (16, 20),
        (20, 24),
        (24, 28),
        (24, 32),
        (28, 32),
        (32, 32),
    )
)
JUDGED = 0.5  # the severity that the choice is made for


@dataclass(frozen=True)
class Choice:
    """One point of the trade-off; threshold as a share of the full score."""

    votes: Votes
    threshold: float
    alarms: Rate
    recorded: Rate | None  # None: no recording lasts as long as the votes
    supported: bool
    detected: float
    mean_delay_s: float  # a missed fault counts CAP_S


def curve(
    evidence: Evidence, budget: float, lowest: float, recorded: Recorded | None = None
) -> list[Choice]:
    """The lowest threshold, from `lowest` on, with which a rule keeps the budget, for every rule.

    It keeps it on simulated machines and, apart from these, on recordings.
    """
    return [
        _choice(evidence, rule, budget, lowest, recorded) for rule in range(len(evidence.rules))
    ]


def _choice(
    evidence: Evidence, rule: int, budget: float, lowest: float, recorded: Recorded | None
) -> Choice:
    raised = evidence.raised[rule].sum(axis=0)
    allowed = allowed_events(evidence.machine_days, budget)
    threshold = max(_first_kept(raised, allowed), round(lowest * STEPS))
    heard = None
    days = recorded.days(evidence.rules[rule]) if recorded else 0.0
    if recorded and days > 0:
        of_recordings = recorded.raised(evidence.rules[rule])
        threshold = max(threshold, _first_kept(of_recordings, allowed_events(days, budget)))
        heard = Rate(int(of_recordings[threshold]), days)
    late = np.minimum(evidence.delays(rule, threshold, JUDGED), CAP_S)
    return Choice(
        evidence.rules[rule],
        threshold / STEPS,
        Rate(int(raised[threshold]), evidence.machine_days),
        heard,
        allowed >= 0,
        float(np.mean(late < CAP_S)),
        float(np.mean(late)),
    )


def _first_kept(raised: NDArray[np.int64], allowed: int) -> int:
    """The lowest threshold with no more alarms than allowed; no score reaches the last one."""
    return int(np.argmax(raised <= max(allowed, 0)))


def best(choices: Sequence[Choice]) -> Choice:
    """The shortest mean delay; among equals, within 10 s, the lowest threshold."""
    return min(choices, key=lambda c: (round(c.mean_delay_s, -1), c.threshold, c.votes.n))


def settings(chosen: Choice) -> dict[str, float | int]:
    """The keys of [alarm] that the choice decides."""
    return {
        "threshold": math.ceil(100 * chosen.threshold) / 100,
        "k": chosen.votes.k,
        "n": chosen.votes.n,
    }
