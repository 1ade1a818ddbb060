"""A synthetic machine as installed: rendered, learned, grown over hours or days, and tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from thrum.calibration.k_of_n import Levels
from thrum.calibration.longrun.library import Library, Plant, complete_averages, library
from thrum.calibration.longrun.provisional import Draws, Grown, grow
from thrum.calibration.longrun.service import MINUTES_PER_DAY, Service, draw_service
from thrum.calibration.longrun.trial import BURST, recent_averages, suddenly, try_baseline
from thrum.config import Config
from thrum.reference.baseline import SUDDEN_WINDOWS, Baseline
from thrum.reference.lengths import grow_averages, trial_windows, with_hours
from thrum.reference.network import Engine
from thrum.reference.smoothing import averages_of
from thrum.simulation import machine as physics
from thrum.simulation.machine import Generator

_RUN_IN_MINUTES = 60
_SPARE = 3  # times as long as a baseline should take to grow


@dataclass(frozen=True, eq=False)
class Unit:
    """A machine in service with the baseline that it learned and tried.

    library: complete averages, as they are judged, from minute `since` on. on_trial: scores of the
    trial before that, (minutes, BURST) in STEPS, each with the baseline as eased until then.
    recent: averages of the last windows. sudden: minutes of the trial in which they raise the
    alarm. grown: what was judged before the trial, while the baseline was provisional.
    """

    plant: Plant
    library: Library
    recent: Library
    service: Service
    baseline: Baseline
    since: int
    on_trial: Levels
    sudden: NDArray[np.bool_]
    grown: Grown

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
    """Render the machine, learn it, let that grow over `learn_hours`, try it, run it for `days`."""
    cfg = with_hours(plant.cfg, learn_hours)
    made = library(plant, rng, rendered_windows)
    trial_hours = learn_hours * trial_windows(cfg) / max(grow_averages(cfg), 1)
    before = (_SPARE * learn_hours + trial_hours + 12) / 12  # days; a stop takes ten hours of each
    service = draw_service(rng, days + before)
    running = np.flatnonzero(service.running)[_RUN_IN_MINUTES:]
    averages = Library(complete_averages(rng, made.bands, cfg), made.mean)
    recent = Library(recent_averages(made.bands), made.mean)
    first = Baseline.learn(_first(made, rng, service, int(running[0]), cfg), cfg)
    draws = draws_of(cfg, made, averages, recent, rng, service, running)
    grown = grow(cfg, engine, first, draws, learn_hours, round(60 * _SPARE * learn_hours))
    tried = running[grown.minutes : grown.minutes + round(60 * trial_hours)]
    last = int(running[grown.minutes + len(tried)])
    keep = slice(0, last + round(days * MINUTES_PER_DAY))
    service = Service(service.warm[keep], service.load[keep], service.running[keep])
    drawn = averages.draw(rng, service.warm[tried], service.load[tried], BURST)
    after, on_trial = try_baseline(cfg, engine, grown.baseline, drawn)
    drawn = recent.draw(rng, service.warm[tried], service.load[tried], BURST + SUDDEN_WINDOWS)
    sudden = np.asarray(suddenly(after, drawn).any(axis=1), np.bool_)
    plant = replace(plant, cfg=cfg)
    return Unit(plant, averages, recent, service, after, last, on_trial, sudden, grown)


def draws_of(
    cfg: Config,
    made: Library,
    complete: Library,
    recent: Library,
    rng: Generator,
    service: Service,
    running: NDArray[np.intp],
) -> Draws:
    """What a machine shows after minutes of operation; running: those minutes of its service."""
    most = cfg.alarm.most_windows
    short = Library(averages_of(made.bands, most, most), made.mean)

    def of(library: Library) -> Callable[[NDArray[np.intp], int], NDArray[np.uint16]]:
        def draw(minutes: NDArray[np.intp], block: int) -> NDArray[np.uint16]:
            at = running[minutes]
            return library.draw(rng, service.warm[at], service.load[at], block)

        return draw

    return Draws(of(short), of(recent), of(complete))


def _first(
    made: Library, rng: Generator, service: Service, minute: int, cfg: Config
) -> NDArray[np.uint16]:
    """The first windows (n, bands) at a minute, in a row where as many were rendered."""
    block = min(made.bands.shape[1], cfg.baseline.windows)
    blocks = np.full(-(-cfg.baseline.windows // block), minute)
    rows = made.draw(rng, service.warm[blocks], service.load[blocks], block)
    return rows.reshape(-1, rows.shape[2])[: cfg.baseline.windows]
