"""Scores of an installed machine over days: judged at every vote, healthy or faulty.

A block of windows that is drawn is one of a finite number. All of them are judged once for every
state that the machine is in; after that a vote is a look into a table, so that continuous operation
over months takes seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from thrum.calibration.k_of_n import STEPS, Levels, in_steps
from thrum.calibration.longrun.installed import Unit
from thrum.calibration.longrun.library import complete_averages, pick, rendered, weights
from thrum.calibration.longrun.service import Floats
from thrum.calibration.longrun.trial import BURST, recent_averages, scores_of, suddenly
from thrum.reference.baseline import SUDDEN_WINDOWS
from thrum.reference.network import Engine
from thrum.simulation.machine import Fault, Generator

_CELLS = 64  # steps of warming up that are told apart
_CHUNK = 32  # cells judged together


@dataclass(frozen=True, eq=False)
class Decisions:
    """Every score that a unit's averages can have, (cells, states, windows), in STEPS.

    Temperature changes slowly and load stays for hours: minutes of equal state share a cell.
    """

    scores: Levels
    sudden: NDArray[np.bool_]  # the fast path raises the alarm: (cells, states, windows)
    weight: Floats  # (cells, states)
    cell: NDArray[np.intp]  # of each minute


def decisions(unit: Unit, engine: Engine) -> Decisions:
    """Judge every average of the library once per cell."""
    warm = np.rint(unit.service.warm * _CELLS) / _CELLS
    states, cell = np.unique(np.stack([warm, unit.service.load]), axis=1, return_inverse=True)
    weight = weights(*states)
    used = np.unique(cell[_judged(unit)])
    scores = np.zeros((len(weight), *unit.library.bands.shape[:2]), np.int64)
    recent = unit.recent.bands.shape
    sudden = np.zeros((len(weight), recent[0], recent[1] - SUDDEN_WINDOWS + 1), np.bool_)
    for first in range(0, len(used), _CHUNK):
        some = used[first : first + _CHUNK]
        sudden[some] = suddenly(unit.baseline, unit.recent.everything(weight[some]))
        scores[some] = in_steps(
            scores_of(unit.baseline, engine, unit.library.everything(weight[some]))
        )
    return Decisions(scores, sudden, weight, cell)


def healthy_levels(
    unit: Unit, table: Levels, seen: Decisions, rng: Generator, burst_s: float
) -> list[Levels]:
    """Highest level in each burst, one array per uninterrupted stretch of operation, in STEPS.

    table: highest level in every burst that the library holds, (cells, states, starts).
    """
    return [_stretch(table, seen, rng, minutes, burst_s) for minutes in _stretches(unit)]


def with_sudden(table: Levels, sudden: NDArray[np.bool_]) -> Levels:
    """The highest level that there is in a burst in which the fast path raises the alarm."""
    bursts = sliding_window_view(sudden, BURST, axis=-1)
    raised: NDArray[np.bool_] = np.asarray(bursts.any(axis=-1), np.bool_)
    raised = raised[..., : table.shape[-1]]
    missing = table.shape[-1] - raised.shape[-1]
    raised = np.pad(raised, [(0, 0)] * (raised.ndim - 1) + [(0, missing)], mode="wrap")
    return np.where(raised, STEPS, table)


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


def fault_scores(
    unit: Unit, engine: Engine, rng: Generator, fault: Fault, rendered_windows: int
) -> tuple[Levels, NDArray[np.bool_]]:
    """Consecutive scores (votes,) with a fault at a random minute after learning.

    Also in which windows the fast path raises the alarm.
    """
    minute = int(rng.choice(_judged(unit)))
    bands = rendered(
        unit.plant,
        rng,
        float(unit.service.warm[minute]),
        float(unit.service.load[minute]),
        rendered_windows,
        fault,
    )
    averages = complete_averages(rng, bands, unit.plant.cfg)
    sudden = suddenly(unit.baseline, recent_averages(bands))
    return in_steps(scores_of(unit.baseline, engine, averages)), sudden
