"""`thrum longrun --faults-on-trial`: faults that grow while the machine is learned or on trial.

A fault of one kind grows from severity 0.02 to 3, by the same factor every hour, over 2 to 60 days
of operation. It begins at hour 0, 1 or 12 of learning or on any day of the trial. The machine is
learned and tried as installed.py has it. What counts is the severity at the first alarm.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrum import parallel
from thrum.calibration.k_of_n import Levels, cleared, device_alarms, levels
from thrum.calibration.longrun import installed
from thrum.calibration.longrun.faulty_machine import (
    FIRST,
    LAST,
    FaultShift,
    FaultyMachine,
    Growth,
    whole,
)
from thrum.calibration.longrun.library import Library, complete_averages, library
from thrum.calibration.longrun.provisional import grow, highest_levels
from thrum.calibration.longrun.service import MINUTES_PER_DAY, Service, draw_service
from thrum.calibration.longrun.trial import recent_averages, scores_of, try_baseline
from thrum.config import Config
from thrum.recordings.dataset import at_rate
from thrum.reference.baseline import Baseline
from thrum.reference.detector import DetectorConfig
from thrum.reference.lengths import grow_averages, trial_windows, with_hours
from thrum.reference.network import Engine
from thrum.simulation.machine import FAULTS, Generator

LATEST = 1.5  # severity at which the alarm must have come
DAYS = (2.0, 5.0, 20.0, 60.0)  # that a fault takes to grow
HOURS = (0.0, 1.0, 12.0)  # of learning, at which it begins, or on a day of the trial
RATES = (3200, 200)

_LEARN_HOURS = 24.0
_RENDERED = 160  # windows per state
_EVERY = 12  # minutes between judged bursts
_CHUNK = 64  # bursts


@dataclass(frozen=True)
class Outcome:
    """Severity at the first alarm, None for none; alarms before the fault began, and those days."""

    growth: Growth
    alarm: float | None
    false_alarms: int
    healthy_days: float


def draw_growths(seed: int, count: int, trial_days: float = 9.0) -> list[Growth]:
    """Every kind and rate in turn, days and beginning at random."""
    rng = np.random.default_rng([seed, count])
    out = []
    for number in range(count):
        on_trial = 1 + rng.uniform(0, trial_days)
        begins = (*(hour / 24 for hour in HOURS), on_trial, on_trial, on_trial)
        kind = FAULTS[number % len(FAULTS)]
        rate = RATES[number // len(FAULTS) % len(RATES)]
        growth = Growth(kind, float(rng.choice(DAYS)), float(rng.choice(begins)), rate)
        out.append(growth)
    return out


def run(cfg: Config, engine: Engine, seed: int, growths: Sequence[Growth]) -> list[Outcome]:
    """One machine for each growth, none of which training drew."""
    one = functools.partial(_numbered, cfg, engine, seed)
    return list(parallel.each(one, list(enumerate(growths)), "machines"))


def _numbered(cfg: Config, engine: Engine, seed: int, numbered: tuple[int, Growth]) -> Outcome:
    number, growth = numbered
    rng = np.random.default_rng([cfg.train.seed, seed, number])
    return _outcome(at_rate(cfg, growth.rate_hz, 1), engine, rng, growth)


def report(outcomes: Sequence[Outcome]) -> str:
    """Faults without an alarm and late alarms, counted, and the severities at the alarms."""
    silent = sum(outcome.alarm is None for outcome in outcomes)
    found = [outcome.alarm for outcome in outcomes if outcome.alarm is not None]
    late = sum(severity > LATEST for severity in found)
    days = sum(outcome.healthy_days for outcome in outcomes)
    false = sum(outcome.false_alarms for outcome in outcomes)
    lines = [
        f"{len(outcomes)} faults grew from severity {FIRST:g} to {LAST:g} while the machine was "
        f"learned or on trial: {silent} without an alarm, {late} with one later than severity "
        f"{LATEST:g}",
        f"Before they began: {false} false alarms in {days:.0f} machine-days on trial",
        "fault          runs  silent  severity at the alarm: median, 90th percentile, most",
    ]
    return "\n".join([*lines, *(_line(outcomes, kind) for kind in FAULTS)])


def _line(outcomes: Sequence[Outcome], kind: str) -> str:
    mine = [outcome.alarm for outcome in outcomes if outcome.growth.kind == kind]
    found = [severity for severity in mine if severity is not None]
    at = np.quantile(found, (0.5, 0.9, 1.0)) if found else np.full(3, np.nan)
    silent = len(mine) - len(found)
    return f"{kind:<14} {len(mine):4d}  {silent:6d}  {at[0]:.2f}  {at[1]:.2f}  {at[2]:.2f}"


def _outcome(cfg: Config, engine: Engine, rng: Generator, growth: Growth) -> Outcome:
    plant = installed.draw_plant(cfg, rng, rng)
    cfg = with_hours(cfg, _LEARN_HOURS)
    made = library(plant, rng, _RENDERED)
    averages = Library(complete_averages(rng, made.bands, cfg), made.mean)
    service, running = _service(rng, cfg, growth)
    machine = FaultyMachine(averages, service, running, FaultShift.of(plant, rng, growth))
    return _installed(cfg, engine, rng, machine, made)


def _installed(
    cfg: Config, engine: Engine, rng: Generator, machine: FaultyMachine, made: Library
) -> Outcome:
    """Learn, grow, and judge until the fault is told."""
    recent = Library(recent_averages(made.bands), made.mean)
    draws = installed.draws_of(
        cfg, made, machine.averages, recent, rng, machine.service, machine.running
    )
    draws = machine.faulty(draws)
    block = made.bands.shape[1]
    start = np.zeros(-(-cfg.baseline.windows // block), np.intp)
    rows = whole(machine.drawn(made, rng, start, block))
    first = Baseline.learn(rows.reshape(-1, rows.shape[2])[: cfg.baseline.windows], cfg)
    grown = grow(cfg, engine, first, draws, _LEARN_HOURS, len(machine.running))
    decision, growth = DetectorConfig.of(cfg), machine.fault.growth
    raised = highest_levels(grown, decision.k, decision.n) >= decision.raise_q8 * 16
    begins = round(growth.begins * MINUTES_PER_DAY)
    ended = np.asarray(_ended(grown.scores // 16, decision), np.bool_)
    healthy = min(begins, grown.minutes) / MINUTES_PER_DAY
    before = _Before(device_alarms(raised[:begins], ended[:begins])[0], healthy)
    told = np.flatnonzero(raised[begins:])
    if len(told):
        at = (begins + told[:1]) / MINUTES_PER_DAY
        return Outcome(growth, float(growth.severity(at)[0]), before.false_alarms, healthy)
    minutes = np.arange(grown.minutes, len(machine.running), _EVERY)
    return _follow(cfg, engine, rng, machine, grown.baseline, minutes, before)


@dataclass(frozen=True)
class _Before:
    """What has been told before the trial began."""

    false_alarms: int
    healthy_days: float


def _service(rng: Generator, cfg: Config, growth: Growth) -> tuple[Service, NDArray[np.intp]]:
    """A course that covers the growth and the trial, and its minutes of operation."""
    days = max(growth.begins + growth.days + 0.5, 1 + _trial_days(cfg) + 0.5)
    service = draw_service(rng, 2 * days + 1)  # a stop takes ten hours of each day
    running = np.flatnonzero(service.running)[60:]
    return service, running[: round(days * MINUTES_PER_DAY)]


def _trial_days(cfg: Config) -> float:
    return _LEARN_HOURS / 24 * trial_windows(cfg) / grow_averages(cfg)


def _ended(scores: Levels, decision: DetectorConfig) -> NDArray[np.bool_]:
    """Whether each burst of scores (bursts, BURST) in Q8 ends an alarm."""
    ended = cleared(scores, decision.k, decision.n, decision.clear_q8)
    return np.asarray(ended.any(axis=1), np.bool_)


def _follow(
    cfg: Config,
    engine: Engine,
    rng: Generator,
    machine: FaultyMachine,
    baseline: Baseline,
    minutes: NDArray[np.intp],
    earlier: _Before,
) -> Outcome:
    """Judge burst after burst, eased while on trial, until the fault is told."""
    growth, decision = machine.fault.growth, DetectorConfig.of(cfg)
    end = (minutes[0] if len(minutes) else 0) + _trial_days(cfg) * MINUTES_PER_DAY
    days = minutes / MINUTES_PER_DAY
    healthy = earlier.healthy_days + (days < growth.begins).sum() * _EVERY / MINUTES_PER_DAY
    false, alarm = earlier.false_alarms, False
    for first in range(0, len(minutes), _CHUNK):
        part = minutes[first : first + _CHUNK]
        drawn = machine.bursts(rng, part)
        if part[0] < end:
            baseline, steps = try_baseline(cfg, engine, baseline, drawn)
            scores = steps // 16
        else:
            scores = scores_of(baseline, engine, drawn).astype(np.int64)
        level = levels(scores, decision.k, decision.n).max(axis=1)
        raised: NDArray[np.bool_] = level >= decision.raise_q8
        begun: NDArray[np.bool_] = part / MINUTES_PER_DAY >= growth.begins
        count, alarm = device_alarms(raised[~begun], _ended(scores, decision)[~begun], alarm)
        false += count
        if (raised & begun).any():
            at = part[[int(np.argmax(raised & begun))]]
            return Outcome(growth, float(growth.severity(at / MINUTES_PER_DAY)[0]), false, healthy)
    return Outcome(growth, None, false, healthy)
