"""One synthetic machine from its installation on: healthy alarms of each phase, then faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrum.calibration.k_of_n import STEPS, Levels, alarms, cleared, device_alarms, highest, levels
from thrum.calibration.longrun import installed, simulate
from thrum.calibration.longrun.provisional import highest_levels
from thrum.calibration.longrun.service import MINUTES_PER_DAY
from thrum.calibration.longrun.trial import BURST
from thrum.config import Config
from thrum.reference.detector import DetectorConfig
from thrum.reference.lengths import final_windows, with_hours
from thrum.reference.network import Engine
from thrum.simulation.machine import FAULTS, Fault, Generator

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
class Installed:
    """What one installation shows: alarms at each threshold (STEPS + 1,), one array a rule.

    early: while its baseline was provisional; tried: on trial; raised: after that. told: alarms as
    the device counts them at the configured decision, of these three in this order.
    """

    judged_days: float
    trial_days: float
    early_days: float
    raised: Sequence[NDArray[np.int64]]
    tried: Sequence[NDArray[np.int64]]
    early: Sequence[NDArray[np.int64]]
    faults: list[FaultRun]
    early_faults: list[FaultRun]
    told: tuple[int, int, int]


def install(
    cfg: Config, engine: Engine, plan: Plan, rules: Sequence[Votes], seed: int, number: int
) -> Installed:
    """Install, judge and damage one machine; its seeds are its own, wherever this runs."""
    window_s = cfg.window.hop / cfg.sample.rate_hz
    burst_s = BURST * window_s
    rng = np.random.default_rng([cfg.train.seed, seed, number, INSTALLS])
    of_machine = np.random.default_rng([cfg.train.seed, seed, number // INSTALLS])
    plant = installed.draw_plant(cfg, of_machine, rng)
    unit = installed.install(plant, engine, rng, plan.days, plan.learn_hours, plan.rendered)
    seen = simulate.decisions(unit, engine)
    raised, tried, early = [], [], []
    for rule in rules:
        table = highest(levels(seen.scores, rule.k, rule.n), BURST)
        table = simulate.with_sudden(table, seen.sudden)
        drawn = simulate.healthy_bursts(unit, table.shape[2], seen, rng, burst_s)
        raised.append(alarms([table[bursts] for bursts in drawn]))
        on_trial = levels(unit.on_trial, rule.k, rule.n).max(axis=1)
        tried.append(alarms([np.where(unit.sudden, STEPS, on_trial)]))
        early.append(alarms([highest_levels(unit.grown, rule.k, rule.n)]))
    final = simulate.Phase.final(unit)
    complete = final_windows(with_hours(cfg, plan.learn_hours))
    faults = _faults(final, engine, rng, rules, (complete * window_s, burst_s), plan.rendered)
    fill_s = cfg.alarm.most_windows * window_s
    provisional = simulate.Phase.provisional(unit)
    found = _faults(provisional, engine, rng, rules, (fill_s, burst_s), plan.rendered)
    days = unit.grown.minutes / MINUTES_PER_DAY
    return Installed(
        unit.judged_days,
        unit.trial_days,
        days,
        raised,
        tried,
        early,
        faults,
        found if days else [],
        _told(unit, DetectorConfig.of(cfg), seen, rng, burst_s),
    )


def _told(
    unit: installed.Unit,
    decision: DetectorConfig,
    seen: simulate.Decisions,
    rng: Generator,
    burst_s: float,
) -> tuple[int, int, int]:
    """Alarms while the baseline was provisional, on trial and after that, dead band included."""
    k, n, step = decision.k, decision.n, STEPS // 256
    up, down = decision.raise_q8 * step, decision.clear_q8 * step
    table = highest(levels(seen.scores, k, n), BURST)
    raised = simulate.with_sudden(table, seen.sudden) >= up
    ended = highest(cleared(seen.scores, k, n, down).astype(np.int64), BURST) > 0
    drawn = simulate.healthy_bursts(unit, raised.shape[2], seen, rng, burst_s)
    after = sum(device_alarms(raised[bursts], ended[bursts])[0] for bursts in drawn)

    def of(scores: Levels, sudden: NDArray[np.bool_]) -> int:
        if not len(scores):
            return 0
        begins = np.asarray((levels(scores, k, n).max(axis=1) >= up) | sudden, np.bool_)
        ends = np.asarray(cleared(scores, k, n, down).any(axis=1), np.bool_)
        return device_alarms(begins, ends)[0]

    early = of(unit.grown.scores, unit.grown.sudden)
    return early, of(unit.on_trial, unit.sudden), after


def _faults(
    phase: simulate.Phase,
    engine: Engine,
    rng: Generator,
    rules: Sequence[Votes],
    fill_and_burst_s: tuple[float, float],
    rendered: int,
) -> list[FaultRun]:
    fill_s, burst_s = fill_and_burst_s
    bursts = int((CAP_S - fill_s) / burst_s)
    return [
        _fault(phase, engine, rng, Fault(kind, severity), rules, bursts, rendered)
        for kind in FAULTS
        for severity in SEVERITIES
    ]


def _fault(
    phase: simulate.Phase,
    engine: Engine,
    rng: Generator,
    fault: Fault,
    rules: Sequence[Votes],
    bursts: int,
    rendered: int,
) -> FaultRun:
    scores, sudden = simulate.fault_scores(phase, engine, rng, fault, rendered)
    out = []
    for rule in rules:
        table = highest(levels(scores, rule.k, rule.n), BURST)
        table = simulate.with_sudden(table, sudden)
        out.append(table[rng.integers(0, len(table), bursts)])
    return FaultRun(fault.kind, fault.severity, out)
