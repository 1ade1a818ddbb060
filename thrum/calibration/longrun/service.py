"""How a machine is run: temperature, load and stops over days, one value a minute.

Warming up follows its target with one time constant; the target follows the hour of the day. Load
jumps to a new level now and then. Half of the machines stop for the night and start cold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrum.simulation.machine import Generator

Floats = NDArray[np.float64]

MINUTES_PER_DAY = 1440
_TIME_CONSTANT = (15.0, 60.0)  # minutes of warming up and cooling down
_DAILY_SWING = 0.25  # of warming up, the largest one, around the rest of it
_LOAD_HOURS = 2.0  # mean time between changes of load
_NIGHT = (20 * 60, 6 * 60)  # minutes of the day at which such a machine stops and starts


@dataclass(frozen=True, eq=False)
class Service:
    """Per minute: warm 0 (cold) to 1, load -1 to 1, running; all (minutes,)."""

    warm: Floats
    load: Floats
    running: NDArray[np.bool_]


def draw_service(rng: Generator, days: float) -> Service:
    """A random course of `days` days that starts in the morning of a working day."""
    minutes = np.arange(round(days * MINUTES_PER_DAY))
    day = (minutes + 8 * 60) % MINUTES_PER_DAY
    stops, starts = _NIGHT
    running = (day < stops) & (day >= starts) | (rng.random() < 0.5)
    swing = _DAILY_SWING * rng.random() * np.sin(2 * np.pi * (day / MINUTES_PER_DAY + rng.random()))
    target = np.where(running, 1 - _DAILY_SWING + swing, 0.0)
    warm = _follow(target, rng.uniform(*_TIME_CONSTANT))
    return Service(warm, _steps(rng, len(minutes)), running)


def _follow(target: Floats, time_constant: float) -> Floats:
    out = np.empty_like(target)
    value, step = 0.0, 1 / time_constant
    for minute, wanted in enumerate(target):
        value += step * (wanted - value)
        out[minute] = value
    return out


def _steps(rng: Generator, minutes: int) -> Floats:
    """Levels from -1 to 1 that last an exponentially distributed time."""
    changes = rng.random(minutes) < 1 / (60 * _LOAD_HOURS)
    levels = rng.uniform(-1, 1, int(changes.sum()) + 1)
    return levels[np.cumsum(changes)]
