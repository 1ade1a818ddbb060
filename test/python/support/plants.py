"""Machines of the long run, and the released engine that judges them."""

from __future__ import annotations

import os

import numpy as np

from thrum import config
from thrum.artifacts import release
from thrum.calibration.longrun import installed
from thrum.calibration.longrun.library import Library, Plant
from thrum.reference.baseline import Baseline
from thrum.reference.network import Engine
from thrum.simulation.machine import Generator

CFG = config.load()


ENGINE = Engine(release.load().graph)


def plant(number: int) -> Plant:
    rng = np.random.default_rng([7, number])
    return installed.draw_plant(CFG, rng, rng)


def learned(made: Library, rng: Generator) -> Baseline:
    """A baseline over all temperatures and loads."""
    warm, load = rng.random(CFG.baseline.windows), rng.uniform(-1, 1, CFG.baseline.windows)
    return Baseline.learn(made.draw(rng, warm, load, 1)[:, 0], CFG)


def process(number: int) -> tuple[int, int]:
    """The number, and the process that saw it."""
    return number, os.getpid()


def failing(number: int) -> int:
    """The number, unless it is 3."""
    if number == 3:
        raise ValueError(f"{number} is wrong")
    return number
