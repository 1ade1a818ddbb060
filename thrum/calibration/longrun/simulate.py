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
from thrum.reference.baseline import SUDDEN_WINDOWS, Baseline
from thrum.reference.network import Engine
from thrum.reference.smoothing import averages_of
from thrum.simulation.machine import Fault, Generator

Bursts = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]

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


def healthy_bursts(
    unit: Unit, starts: int, seen: Decisions, rng: Generator, burst_s: float
) -> list[Bursts]:
    """Bursts of each uninterrupted stretch of operation, as an index into tables of all bursts.

    starts: bursts that the library holds of each state. A table is (cells, states, starts).
    """
    return [_stretch(starts, seen, rng, minutes, burst_s) for minutes in _stretches(unit)]


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
    starts: int, seen: Decisions, rng: Generator, minutes: NDArray[np.intp], burst_s: float
) -> Bursts:
    bursts = max(int(60 * len(minutes) / burst_s), 1)
    cell = seen.cell[minutes[(np.arange(bursts) * burst_s / 60).astype(np.intp)]]
    start = rng.integers(0, starts, bursts)
    return cell, pick(rng, seen.weight[cell]), start


@dataclass(frozen=True, eq=False)
class Phase:
    """What a unit judges by at some minutes of its service; most: windows of an average, 0: all."""

    unit: Unit
    baseline: Baseline
    minutes: NDArray[np.intp]
    most: int = 0

    @staticmethod
    def final(unit: Unit) -> Phase:
        """After learning and trial."""
        return Phase(unit, unit.baseline, _judged(unit))

    @staticmethod
    def provisional(unit: Unit) -> Phase:
        """While the baseline grows, as it was half way."""
        running = np.flatnonzero(unit.service.running)[: max(unit.grown.minutes, 1)]
        return Phase(unit, unit.grown.halfway, running, unit.plant.cfg.alarm.most_windows)


def fault_scores(
    phase: Phase, engine: Engine, rng: Generator, fault: Fault, rendered_windows: int
) -> tuple[Levels, NDArray[np.bool_]]:
    """Consecutive scores (votes,) with a fault at a random minute of a phase.

    Also in which windows the fast path raises the alarm.
    """
    unit, minute = phase.unit, int(rng.choice(phase.minutes))
    bands = rendered(
        unit.plant,
        rng,
        float(unit.service.warm[minute]),
        float(unit.service.load[minute]),
        rendered_windows,
        fault,
    )
    if phase.most:
        averages = averages_of(bands, phase.most, phase.most)
    else:
        averages = complete_averages(rng, bands, unit.plant.cfg)
    sudden = suddenly(phase.baseline, recent_averages(bands))
    return in_steps(scores_of(phase.baseline, engine, averages)), sudden
