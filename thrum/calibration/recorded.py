"""Healthy recordings replayed through baseline, network and votes: what they say about alarms."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrum import parallel
from thrum.calibration.k_of_n import STEPS, Levels, alarms, in_steps, levels
from thrum.calibration.longrun.evidence import Votes
from thrum.evaluation.cases import Case
from thrum.evaluation.decisions import look
from thrum.reference.baseline import Baseline
from thrum.reference.network import Engine
from thrum.reference.smoothing import smoothed

_DAY_S = 86_400.0
_FEW = 20  # baselines are learned before processes have started


@dataclass(frozen=True, eq=False)
class Recorded:
    """Scores of healthy recordings in STEPS, one array per recording, and seconds per vote."""

    names: Sequence[str]
    scores: Sequence[Levels]
    step_s: Sequence[float]

    def raised(self, rule: Votes) -> NDArray[np.int64]:
        """Alarms at each threshold (STEPS + 1,); recordings shorter than n votes cannot alarm."""
        return alarms([levels(m, rule.k, rule.n) for m in self.scores if len(m) >= rule.n])

    def days(self, rule: Votes) -> float:
        """Days in which the rule could have alarmed."""
        pairs = zip(self.scores, self.step_s, strict=True)
        return sum(max(0, len(m) - rule.n + 1) * step for m, step in pairs) / _DAY_S

    def text(self, threshold: float) -> str:
        """Votes of every recording at a threshold, as a share of the full score."""
        at = round(threshold * STEPS)
        return "\n".join(
            f"  {name}: {int(np.sum(of >= at))} of {len(of)} votes"
            for name, of in zip(self.names, self.scores, strict=True)
        )


def replayed(engine: Engine, judged: Sequence[Case]) -> Recorded:
    """Judge the healthy recordings of the session that each case learned from."""
    one = functools.partial(_of_case, engine)
    found = list(parallel.each(one, judged, "baselines", small=len(judged) < _FEW))
    return Recorded(
        [name for of in found for name in of.names],
        [score for of in found for score in of.scores],
        [step for of in found for step in of.step_s],
    )


def _of_case(engine: Engine, case: Case) -> Recorded:
    seen = look(case)
    baseline = Baseline.learn(seen.learned.bands, case.cfg)
    return Recorded(
        [f"{case.data} {case.condition} {recording.name}" for recording in case.same],
        [
            in_steps(engine.scores(baseline.deviation(smoothed(part.bands, case.cfg))))
            for part in seen.same
        ],
        [case.cfg.window.hop / case.cfg.sample.rate_hz] * len(seen.same),
    )
