"""False alarms and delays of synthetic machines, as functions of persistence and threshold.

Time goes in bursts of BURST consecutive votes: within one, windows follow each other as rendered;
from one to the next temperature and load go on.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrum import parallel
from thrum.calibration.longrun.one_machine import (
    CAP_S,
    INSTALLS,
    SEVERITIES,
    FaultRun,
    Plan,
    Votes,
    install,
)
from thrum.calibration.longrun.trial import BURST
from thrum.config import Config
from thrum.reference.lengths import final_windows, with_hours
from thrum.reference.network import Engine

__all__ = ["CAP_S", "INSTALLS", "SEVERITIES", "Evidence", "FaultRun", "Plan", "Votes", "simulated"]


@dataclass(frozen=True, eq=False)
class Early:
    """While baselines were provisional: days, alarms per rule as in Evidence, and fault runs.

    fill_s: until an average is of faulty windows only.
    """

    days: float
    raised: Sequence[NDArray[np.int64]]
    faults: list[FaultRun]
    fill_s: float

    def delays(self, rule: int, threshold: int, severity: float, burst_s: float) -> list[float]:
        """As Evidence.delays."""
        return delays(self.faults, self.fill_s, burst_s, rule, threshold, severity)


@dataclass(frozen=True, eq=False)
class Evidence:
    """Healthy alarms (installations, thresholds) and the fault runs, per rule.

    raised: in machine_days after the trial; tried: in the trial_days before; early: before that.
    told: alarms as the device counts them at the configured decision: (installations, 3), while
    provisional, on trial and after that.
    """

    burst_s: float
    fill_s: float  # until an average is of faulty windows only
    rules: Sequence[Votes]
    machine_days: float
    raised: Sequence[NDArray[np.int64]]
    faults: list[FaultRun]
    trial_days: float = 0.0
    tried: Sequence[NDArray[np.int64]] = ()
    average: int = 64  # windows of a complete one
    early: Early | None = None
    told: NDArray[np.int64] | None = None

    def delays(self, rule: int, threshold: int, severity: float, kind: str = "") -> list[float]:
        """Seconds to the alarm of every fault of a severity (and kind), infinite beyond CAP_S."""
        return delays(self.faults, self.fill_s, self.burst_s, rule, threshold, severity, kind)


def delays(
    faults: Sequence[FaultRun],
    fill_s: float,
    burst_s: float,
    rule: int,
    threshold: int,
    severity: float,
    kind: str = "",
) -> list[float]:
    """Seconds to the alarm of every fault of a severity (and kind), infinite beyond CAP_S."""
    return [
        fill_s + _delay(run.levels[rule] >= threshold, burst_s)
        for run in faults
        if run.severity == severity and kind in ("", run.kind)
    ]


def _delay(reached: NDArray[np.bool_], burst_s: float) -> float:
    return (int(np.argmax(reached)) + 1) * burst_s if reached.any() else float("inf")


def simulated(
    cfg: Config,
    engine: Engine,
    plan: Plan,
    rules: Sequence[Votes],
    seed: int,
) -> Evidence:
    """Evidence of synthetic machines that training never drew.

    The trial is held with the configured decision, whatever the rules.
    """
    window_s = cfg.window.hop / cfg.sample.rate_hz
    complete = final_windows(with_hours(cfg, plan.learn_hours))
    burst_s, fill_s = BURST * window_s, complete * window_s
    one = functools.partial(install, cfg, engine, plan, rules, seed)
    found = list(parallel.each(one, range(plan.installations), "installations"))
    raised, on_trial, early = (
        [np.stack([getattr(of, kind)[rule] for of in found]) for rule in range(len(rules))]
        for kind in ("raised", "tried", "early")
    )
    return Evidence(
        burst_s,
        fill_s,
        rules,
        sum(of.judged_days for of in found),
        raised,
        [run for of in found for run in of.faults],
        sum(of.trial_days for of in found),
        on_trial,
        complete,
        Early(
            sum(of.early_days for of in found),
            early,
            [run for of in found for run in of.early_faults],
            cfg.alarm.most_windows * window_s,
        ),
        np.array([of.told for of in found], np.int64),
    )
