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
from thrum.calibration.k_of_n import levels
from thrum.calibration.longrun import installed
from thrum.calibration.longrun.library import Library, Plant, complete_averages, library, rendered
from thrum.calibration.longrun.service import MINUTES_PER_DAY, Floats, Service, draw_service
from thrum.calibration.longrun.trial import BURST, scores_of, try_baseline
from thrum.config import Config
from thrum.recordings.dataset import at_rate
from thrum.reference.baseline import Baseline, trial_windows, with_stride
from thrum.reference.detector import DetectorConfig
from thrum.reference.network import Engine
from thrum.simulation.machine import FAULTS, Fault, Generator

FIRST, LAST = 0.02, 3.0  # severity
LATEST = 1.5  # severity at which the alarm must have come
DAYS = (2.0, 5.0, 20.0, 60.0)  # that a fault takes to grow
HOURS = (0.0, 1.0, 12.0)  # of learning, at which it begins, or on a day of the trial
RATES = (3200, 200)

_LEARN_HOURS = 24.0
_RENDERED = 160  # windows per state
_STATES = ((0.8, 0.0), (0.3, -0.7), (0.9, 0.8))  # warm and load at which a fault is rendered
_SEVERITIES = np.geomspace(FIRST, LAST, 9)
_EVERY = 12  # minutes between judged bursts
_CHUNK = 64  # bursts


@dataclass(frozen=True)
class Growth:
    """A fault that begins `begins` days of operation after learning did, and takes `days`."""

    kind: str
    days: float
    begins: float
    rate_hz: int

    def severity(self, day: Floats) -> Floats:
        """Severity after so many days of operation, 0 before it begins."""
        grown = np.clip((day - self.begins) / self.days, 0, 1)
        return np.where(day < self.begins, 0.0, FIRST * (LAST / FIRST) ** grown)


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
    cfg = with_stride(cfg, installed.stride_of(cfg, _LEARN_HOURS))
    made = library(plant, rng, _RENDERED)
    averages = Library(complete_averages(rng, made.bands, cfg), made.mean)
    service, running = _service(rng, cfg, growth)
    fault = _FaultShift.of(plant, rng, growth)
    learned = np.linspace(0, 60 * _LEARN_HOURS - 1, cfg.baseline.windows).astype(np.intp)
    drawn = _drawn(averages, rng, service, running, learned, 1) + fault.at(learned)[:, np.newaxis]
    baseline = Baseline.learn(_whole(drawn)[:, 0], cfg)
    minutes = np.arange(round(60 * _LEARN_HOURS), len(running), _EVERY)
    return _follow(cfg, engine, rng, _Machine(averages, service, running, fault), baseline, minutes)


@dataclass(frozen=True, eq=False)
class _FaultShift:
    """By how much a growing fault moves the mean log bands: (severities, bands), Q8."""

    growth: Growth
    moved: Floats

    @staticmethod
    def of(plant: Plant, rng: Generator, growth: Growth) -> _FaultShift:
        """Render it at some states, with the noise of the same machine without it."""
        seed = int(rng.integers(2**31))

        def mean(state: tuple[float, float], fault: Fault | None) -> Floats:
            same = np.random.default_rng(seed)
            bands: Floats = rendered(plant, same, *state, 96, fault).mean(axis=0)
            return bands

        return _FaultShift(
            growth,
            np.mean(
                [
                    [
                        mean(state, Fault(growth.kind, float(severity))) - mean(state, None)
                        for severity in _SEVERITIES
                    ]
                    for state in _STATES
                ],
                axis=0,
            ),
        )

    def at(self, minutes: NDArray[np.intp]) -> Floats:
        """Shift (minutes, bands) after so many minutes of operation."""
        severity = self.growth.severity(minutes / MINUTES_PER_DAY)
        steps = np.log(_SEVERITIES)
        at = np.log(np.maximum(severity, FIRST))
        shift = np.stack([np.interp(at, steps, band) for band in self.moved.T], axis=1)
        return shift * (severity > 0)[:, np.newaxis]


@dataclass(frozen=True, eq=False)
class _Machine:
    """A machine in service, with its fault."""

    averages: Library
    service: Service
    running: NDArray[np.intp]  # minutes of operation
    fault: _FaultShift

    def bursts(self, rng: Generator, minutes: NDArray[np.intp]) -> NDArray[np.uint16]:
        """Averages (minutes, BURST, bands)."""
        drawn = _drawn(self.averages, rng, self.service, self.running, minutes, BURST)
        return _whole(drawn + self.fault.at(minutes)[:, np.newaxis])


def _service(rng: Generator, cfg: Config, growth: Growth) -> tuple[Service, NDArray[np.intp]]:
    """A course that covers the growth and the trial, and its minutes of operation."""
    days = max(growth.begins + growth.days + 0.5, 1 + _trial_days(cfg) + 0.5)
    service = draw_service(rng, 2 * days + 1)  # a stop takes ten hours of each day
    running = np.flatnonzero(service.running)[60:]
    return service, running[: round(days * MINUTES_PER_DAY)]


def _trial_days(cfg: Config) -> float:
    return _LEARN_HOURS / 24 * trial_windows(cfg) / installed.spread_windows(cfg)


def _drawn(
    averages: Library,
    rng: Generator,
    service: Service,
    running: NDArray[np.intp],
    minutes: NDArray[np.intp],
    block: int,
) -> Floats:
    at = running[minutes]
    return averages.draw(rng, service.warm[at], service.load[at], block).astype(np.float64)


def _whole(bands: Floats) -> NDArray[np.uint16]:
    return np.clip(np.rint(bands), 0, 16383).astype(np.uint16)


def _follow(
    cfg: Config,
    engine: Engine,
    rng: Generator,
    machine: _Machine,
    baseline: Baseline,
    minutes: NDArray[np.intp],
) -> Outcome:
    """Judge burst after burst, eased while on trial, until the fault is told."""
    growth, decision = machine.fault.growth, DetectorConfig.of(cfg)
    end = (1 + _trial_days(cfg)) * MINUTES_PER_DAY
    days = minutes / MINUTES_PER_DAY
    healthy = float((days < growth.begins).sum() * _EVERY / MINUTES_PER_DAY)
    false, before = 0, False
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
        begun = part / MINUTES_PER_DAY >= growth.begins
        rises = raised & ~np.concatenate([[before], raised[:-1]])
        false, before = false + int((rises & ~begun).sum()), bool(raised[-1])
        if (raised & begun).any():
            at = part[[int(np.argmax(raised & begun))]]
            return Outcome(growth, float(growth.severity(at / MINUTES_PER_DAY)[0]), false, healthy)
    return Outcome(growth, None, false, healthy)
