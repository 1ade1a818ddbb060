"""A synthetic machine as installed: rendered, learned over hours or days, and tried."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from thrum.calibration.k_of_n import Levels
from thrum.calibration.longrun.library import Library, Plant, complete_averages, library
from thrum.calibration.longrun.service import MINUTES_PER_DAY, Service, draw_service
from thrum.calibration.longrun.trial import BURST, recent_averages, suddenly, try_baseline
from thrum.config import Config
from thrum.reference.baseline import (
    SUDDEN_WINDOWS,
    Baseline,
    Learner,
    apart,
    trial_windows,
    with_stride,
)
from thrum.reference.network import Engine
from thrum.simulation import machine as physics
from thrum.simulation.machine import Generator

_RUN_IN_MINUTES = 60


@dataclass(frozen=True, eq=False)
class Unit:
    """A machine in service with the baseline that it learned and tried.

    library: complete averages, as they are judged, from minute `since` on. on_trial: scores of the
    trial before that, (minutes, BURST) in STEPS, each with the baseline as eased until then.
    recent: averages of the last windows. sudden: minutes of the trial in which they raise the
    alarm.
    """

    plant: Plant
    library: Library
    recent: Library
    service: Service
    baseline: Baseline
    since: int
    on_trial: Levels
    sudden: NDArray[np.bool_]

    @property
    def judged_days(self) -> float:
        """Days of operation after learning and trial, stops not counted."""
        return int(self.service.running[self.since :].sum()) / MINUTES_PER_DAY

    @property
    def trial_days(self) -> float:
        """Days of operation on trial."""
        return len(self.on_trial) / MINUTES_PER_DAY


def draw_plant(cfg: Config, of_machine: Generator, rng: Generator) -> Plant:
    """A random machine, as installed this time: its sessions at two loads."""
    machine = physics.draw_machine(of_machine, cfg.sample.rate_hz, cfg.sample.axes)
    return Plant(
        cfg, machine, physics.draw_session(rng, machine), physics.draw_session(rng, machine)
    )


def install(
    plant: Plant,
    engine: Engine,
    rng: Generator,
    days: float,
    learn_hours: float,
    rendered_windows: int,
) -> Unit:
    """Render the machine, learn it over `learn_hours` of operation, try it, run it for `days`."""
    cfg = with_stride(plant.cfg, stride_of(plant.cfg, learn_hours))
    made = library(plant, rng, rendered_windows)
    trial_hours = learn_hours * trial_windows(cfg) / spread_windows(cfg)
    before = (learn_hours + trial_hours + 12) / 12  # days; a stop takes ten hours of each
    service = draw_service(rng, days + before)
    running = np.flatnonzero(service.running)[_RUN_IN_MINUTES:]
    learned, end = _minutes(cfg, running, learn_hours), round(60 * learn_hours)
    tried = running[end : end + round(60 * trial_hours)]
    last = int((tried if len(tried) else learned)[-1]) + 1
    keep = slice(0, last + round(days * MINUTES_PER_DAY))
    service = Service(service.warm[keep], service.load[keep], service.running[keep])
    averages = Library(complete_averages(rng, made.bands, cfg), made.mean)
    recent = Library(recent_averages(made.bands), made.mean)
    baseline = Baseline.learn(
        _learned(averages if apart(cfg) else made, rng, service, learned), cfg
    )
    drawn = averages.draw(rng, service.warm[tried], service.load[tried], BURST)
    after, on_trial = try_baseline(cfg, engine, baseline, drawn)
    drawn = recent.draw(rng, service.warm[tried], service.load[tried], BURST + SUDDEN_WINDOWS)
    sudden = np.asarray(suddenly(after, drawn).any(axis=1), np.bool_)
    return Unit(replace(plant, cfg=cfg), averages, recent, service, after, last, on_trial, sudden)


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
