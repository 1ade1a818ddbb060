"""Scores of one machine over days: learned and tried once, judged at every vote, healthy or faulty.

A block of windows that is drawn is one of a finite number. All of them are judged once for every
state that the machine is in; after that a vote is a look into a table, so that continuous operation
over months takes seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import machine as physics
from model.baseline import Baseline, Learner, apart, trial_windows, with_stride
from model.integers import Engine
from model.longrun.library import Library, Plant, library, pick, rendered, weights
from model.longrun.service import MINUTES_PER_DAY, Floats, Service, draw_service
from model.machine import Fault, Generator
from model.params import Config
from model.persistence import Levels, in_steps
from model.smoothing import full_averages

Scores = NDArray[np.uint8]

BURST = 64  # votes that follow each other as rendered, one per window
_RUN_IN_MINUTES = 60
_CELLS = 64  # steps of warming up that are told apart
_CHUNK = 32  # cells judged together
_BATCH = 8192  # windows judged together: what fits the cache


@dataclass(frozen=True, eq=False)
class Unit:
    """A machine in service with the baseline that it learned and tried.

    library: averages over windows, as they are judged, from minute `since` on. on_trial: those of
    the trial before that, uint16 Q8 (minutes, BURST, bands); they widened the baseline `untried`.
    """

    plant: Plant
    library: Library
    service: Service
    baseline: Baseline
    since: int
    untried: Baseline
    on_trial: NDArray[np.uint16]

    @property
    def judged_days(self) -> float:
        """Days of operation after learning, those of the trial among them, stops not counted."""
        after = int(self.service.running[self.since :].sum()) + len(self.on_trial)
        return after / MINUTES_PER_DAY


def draw_plant(cfg: Config, of_machine: Generator, rng: Generator) -> Plant:
    """A random machine, as installed this time: its sessions at two loads."""
    machine = physics.draw_machine(of_machine, cfg.sample.rate_hz, cfg.sample.axes)
    return Plant(
        cfg, machine, physics.draw_session(rng, machine), physics.draw_session(rng, machine)
    )


def install(
    plant: Plant, rng: Generator, days: float, learn_hours: float, rendered_windows: int
) -> Unit:
    """Render the machine, learn it over `learn_hours` of operation, try it, run it for `days`."""
    cfg = with_stride(plant.cfg, stride_of(plant.cfg, learn_hours))
    made = library(plant, rng, rendered_windows)
    trial_hours = learn_hours * trial_windows(cfg) / spread_windows(cfg)
    service = draw_service(
        rng, days + (learn_hours + trial_hours + 12) / 12
    )  # stops: ten hours a day
    running = np.flatnonzero(service.running)[_RUN_IN_MINUTES:]
    learned, end = _minutes(cfg, running, learn_hours), round(60 * learn_hours)
    tried = running[end : end + round(60 * trial_hours)]
    last = int((tried if len(tried) else learned)[-1]) + 1
    keep = slice(0, last + round(days * MINUTES_PER_DAY))
    service = Service(service.warm[keep], service.load[keep], service.running[keep])
    averages = Library(full_averages(made.bands, cfg), made.mean)
    baseline = Baseline.learn(
        _learned(averages if apart(cfg) else made, rng, service, learned), cfg
    )
    on_trial = averages.draw(rng, service.warm[tried], service.load[tried], BURST)
    everything = on_trial.reshape(-1, on_trial.shape[-1])
    after = baseline.widened(everything) if len(everything) else baseline
    return Unit(plant, averages, service, after, last, baseline, on_trial)


def spread_windows(cfg: Config) -> int:
    """Windows that a baseline learns stride by stride: those that are dropped come in a row."""
    return cfg.baseline.windows - Learner(cfg, cfg.baseline.windows).dropped


def stride_of(cfg: Config, hours: float) -> int:
    """The stride that makes a baseline last so long."""
    windows = hours * 3600 * cfg.sample.rate_hz / cfg.window.hop
    return max(int(windows / spread_windows(cfg)), 1)


def _minutes(cfg: Config, running: NDArray[np.intp], learn_hours: float) -> NDArray[np.intp]:
    """The minutes in which a baseline learns its windows."""
    spread = spread_windows(cfg)
    step = np.arange(spread) * max(round(60 * learn_hours), 1) // spread
    in_a_row = np.zeros(cfg.baseline.windows - spread, np.intp)
    return running[np.concatenate([in_a_row, step])]


def _learned(
    made: Library, rng: Generator, service: Service, minutes: NDArray[np.intp]
) -> NDArray[np.uint16]:
    """Windows (n, bands) at minutes; those of one minute are consecutive where that can be."""
    if minutes[0] != minutes[-1]:
        return made.draw(rng, service.warm[minutes], service.load[minutes], 1)[:, 0]
    block = made.bands.shape[1]
    minutes = minutes[: -(-len(minutes) // block)]
    rows = made.draw(rng, service.warm[minutes], service.load[minutes], block)
    return rows.reshape(-1, rows.shape[2])


@dataclass(frozen=True, eq=False)
class Decisions:
    """Every score that a unit's averages can have, (cells, states, windows), in STEPS.

    Temperature changes slowly and load stays for hours: minutes of equal state share a cell.
    """

    scores: Levels
    weight: Floats  # (cells, states)
    cell: NDArray[np.intp]  # of each minute


def decisions(unit: Unit, engine: Engine) -> Decisions:
    """Judge every average of the library once per cell."""
    warm = np.rint(unit.service.warm * _CELLS) / _CELLS
    states, cell = np.unique(np.stack([warm, unit.service.load]), axis=1, return_inverse=True)
    weight = weights(*states)
    used = np.unique(cell[_judged(unit)])
    scores = np.zeros((len(weight), *unit.library.bands.shape[:2]), np.int64)
    for first in range(0, len(used), _CHUNK):
        some = used[first : first + _CHUNK]
        scores[some] = in_steps(_scores(unit, engine, unit.library.everything(weight[some])))
    return Decisions(scores, weight, cell)


def healthy_levels(
    unit: Unit, table: Levels, seen: Decisions, rng: Generator, burst_s: float
) -> list[Levels]:
    """Highest level in each burst, one array per uninterrupted stretch of operation, in STEPS.

    table: highest level in every burst that the library holds, (cells, states, starts).
    """
    return [_stretch(table, seen, rng, minutes, burst_s) for minutes in _stretches(unit)]


def trial_scores(unit: Unit, engine: Engine) -> Levels:
    """Scores in the trial (minutes, BURST) in STEPS, each after what was widened until then."""
    minutes, _, bands = unit.on_trial.shape
    mean = unit.untried.mean.astype(np.int64)
    far = np.abs(unit.on_trial.astype(np.int64) - mean).max(axis=1)
    so_far = np.maximum.accumulate(far, axis=0)
    widened = Baseline(
        np.broadcast_to(unit.untried.mean, (minutes, bands)),
        np.broadcast_to(unit.untried.scale, (minutes, bands)),
    ).widened((mean + so_far)[:, np.newaxis].astype(np.uint16))
    z = widened.deviation(unit.on_trial).reshape(-1, bands)
    parts = [engine.scores(z[i : i + _BATCH]) for i in range(0, len(z), _BATCH)]
    return in_steps(np.concatenate([np.zeros(0, np.uint8), *parts])).reshape(minutes, BURST)


def _judged(unit: Unit) -> NDArray[np.intp]:
    minutes = np.flatnonzero(unit.service.running)
    return minutes[minutes >= unit.since]


def _stretches(unit: Unit) -> list[NDArray[np.intp]]:
    minutes = _judged(unit)
    parts = np.split(minutes, np.flatnonzero(np.diff(minutes) > 1) + 1)
    return [part for part in parts if len(part)]


def _stretch(
    table: Levels, seen: Decisions, rng: Generator, minutes: NDArray[np.intp], burst_s: float
) -> Levels:
    bursts = max(int(60 * len(minutes) / burst_s), 1)
    cell = seen.cell[minutes[(np.arange(bursts) * burst_s / 60).astype(np.intp)]]
    start = rng.integers(0, table.shape[2], bursts)
    return table[cell, pick(rng, seen.weight[cell]), start]


def _scores(unit: Unit, engine: Engine, bands: NDArray[np.uint16]) -> Scores:
    flat = bands.reshape(-1, bands.shape[-1])
    parts = [
        engine.scores(unit.baseline.deviation(flat[i : i + _BATCH]))
        for i in range(0, len(flat), _BATCH)
    ]
    return np.concatenate(parts).reshape(bands.shape[:-1])


def fault_scores(
    unit: Unit, engine: Engine, rng: Generator, fault: Fault, rendered_windows: int
) -> Levels:
    """Consecutive scores (votes,) with a fault at a random minute after learning."""
    minute = int(rng.choice(_judged(unit)))
    bands = rendered(
        unit.plant,
        rng,
        float(unit.service.warm[minute]),
        float(unit.service.load[minute]),
        rendered_windows,
        fault,
    )
    return in_steps(_scores(unit, engine, full_averages(bands, unit.plant.cfg)))
