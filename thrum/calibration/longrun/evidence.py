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
from thrum.calibration.k_of_n import STEPS, Levels, alarms, highest, levels
from thrum.calibration.longrun import installed, simulate
from thrum.calibration.longrun.trial import BURST
from thrum.config import Config
from thrum.reference.baseline import complete_windows, with_stride
from thrum.reference.network import Engine
from thrum.simulation.machine import FAULTS, Fault

RENDERED = 320  # windows per state: what a burst and both memories take, and as much again
CAP_S = 600.0  # a fault that is found later counts as missed
INSTALLS = 3  # of a machine, each with another session and learned anew
SEVERITIES = (0.25, 0.5, 1.0)


@dataclass(frozen=True)
class Votes:
    """k votes among the last n windows raise the alarm."""

    k: int
    n: int


@dataclass(frozen=True)
class Plan:
    """How much to simulate: installations, judged days of each, hours over which it is learned."""

    installations: int
    days: float
    learn_hours: float
    rendered: int = RENDERED  # windows per state


@dataclass(frozen=True, eq=False)
class FaultRun:
    """Levels of the bursts after the beginning of a fault, for each of the rules."""

    kind: str
    severity: float
    levels: Sequence[Levels]


@dataclass(frozen=True, eq=False)
class Evidence:
    """Healthy alarms (installations, thresholds) and the fault runs, per rule.

    raised: in machine_days after the trial; tried: in the trial_days before.
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

    def delays(self, rule: int, threshold: int, severity: float, kind: str = "") -> list[float]:
        """Seconds to the alarm of every fault of a severity (and kind), infinite beyond CAP_S."""
        return [
            self.fill_s + _delay(run.levels[rule] >= threshold, self.burst_s)
            for run in self.faults
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
    learned = with_stride(cfg, installed.stride_of(cfg, plan.learn_hours))
    burst_s, fill_s = BURST * window_s, complete_windows(learned) * window_s
    one = functools.partial(_installation, cfg, engine, plan, rules, seed)
    found = list(parallel.each(one, range(plan.installations), "installations"))
    raised, on_trial = (
        [np.stack([getattr(of, kind)[rule] for of in found]) for rule in range(len(rules))]
        for kind in ("raised", "tried")
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
        complete_windows(learned),
    )


@dataclass(frozen=True, eq=False)
class _Installed:
    """What one installation shows: alarms at each threshold (STEPS + 1,), one array a rule."""

    judged_days: float
    trial_days: float
    raised: Sequence[NDArray[np.int64]]
    tried: Sequence[NDArray[np.int64]]
    faults: list[FaultRun]


def _installation(
    cfg: Config, engine: Engine, plan: Plan, rules: Sequence[Votes], seed: int, number: int
) -> _Installed:
    """Install, judge and damage one machine; its seeds are its own, wherever this runs."""
    window_s = cfg.window.hop / cfg.sample.rate_hz
    learned = with_stride(cfg, installed.stride_of(cfg, plan.learn_hours))
    burst_s, fill_s = BURST * window_s, complete_windows(learned) * window_s
    rng = np.random.default_rng([cfg.train.seed, seed, number, INSTALLS])
    of_machine = np.random.default_rng([cfg.train.seed, seed, number // INSTALLS])
    plant = installed.draw_plant(cfg, of_machine, rng)
    unit = installed.install(plant, engine, rng, plan.days, plan.learn_hours, plan.rendered)
    seen = simulate.decisions(unit, engine)
    raised, tried = [], []
    for rule in rules:
        table = simulate.with_sudden(
            highest(levels(seen.scores, rule.k, rule.n), BURST), seen.sudden
        )
        raised.append(alarms(simulate.healthy_levels(unit, table, seen, rng, burst_s)))
        on_trial = levels(unit.on_trial, rule.k, rule.n).max(axis=1)
        tried.append(alarms([np.where(unit.sudden, STEPS, on_trial)]))
    bursts = int((CAP_S - fill_s) / burst_s)
    faults = [
        _fault(unit, engine, rng, Fault(kind, severity), rules, bursts, plan.rendered)
        for kind in FAULTS
        for severity in SEVERITIES
    ]
    return _Installed(unit.judged_days, unit.trial_days, raised, tried, faults)


def _fault(
    unit: installed.Unit,
    engine: Engine,
    rng: np.random.Generator,
    fault: Fault,
    rules: Sequence[Votes],
    bursts: int,
    rendered: int,
) -> FaultRun:
    scores, sudden = simulate.fault_scores(unit, engine, rng, fault, rendered)
    out = []
    for rule in rules:
        table = highest(levels(scores, rule.k, rule.n), BURST)
        table = simulate.with_sudden(table, sudden)
        out.append(table[rng.integers(0, len(table), bursts)])
    return FaultRun(fault.kind, fault.severity, out)
