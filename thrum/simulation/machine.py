"""Synthetic machines: random machines, sessions and faults, for any sampling rate.

Ranges follow accelerometer data sheets and vibration practice, not any one data set.
vibration.py turns them into samples.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

Generator = np.random.Generator
Floats = NDArray[np.float64]
Complex = NDArray[np.complex64]

FAULTS = ("unbalance", "misalignment", "looseness", "bearing", "rub")
HALF_ORDERS = 20  # tones at 0.5, 1, ... 10 times the shaft rate
_FROM_TEMPERATURE = ("tone_drift", "noise_drift", "warm_modes", "gain")
HIGHEST_TONE = 0.45  # of the rate: above, an anti-aliasing filter removes them


@dataclass(frozen=True, eq=False)
class Machine:
    """A machine: all that stays the same between sessions. Amplitudes in g, frequencies in Hz."""

    rate_hz: float
    shaft_hz: float
    tones: Complex  # (axes, HALF_ORDERS) complex amplitudes
    line_hz: float
    line: Complex  # (axes,)
    mode_hz: Floats  # (modes,)
    damping: Floats  # (modes,)
    mode_gain: Floats  # (axes, modes)
    noise_g: float  # RMS of the structure-borne noise
    impact_order: float  # bearing impacts per turn
    wander: float  # relative slow variation of speed
    flutter: float  # log-sd of slow fluctuations of tones and noise
    knocks_hz: float  # rate of stray knocks that are no fault
    sensor_noise_g: float  # RMS per sample
    lsb_g: float
    range_g: float


@dataclass(frozen=True, eq=False)
class Session:
    """Factors that change with a stop, with warming up or with a re-installed sensor."""

    speed: float
    gain: float
    noise: float
    tones: Floats  # (HALF_ORDERS,)
    modes: Floats  # (modes,)
    tone_drift: Floats  # (HALF_ORDERS,) log change from the start to the end of the recording
    noise_drift: float  # the same for the structure-borne noise
    warm_modes: Floats  # (modes,) factor on mode frequencies at the end of the recording


@dataclass(frozen=True)
class Fault:
    """Fault kind out of FAULTS; severity 0.25 (slight) to 1.5 (gross) scales its amplitude."""

    kind: str
    severity: float


def log_uniform(rng: Generator, low: float, high: float) -> float:
    """A positive number, equally likely in every octave."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def phasors(rng: Generator, *shape: int) -> Complex:
    """Unit complex numbers of random phase."""
    return np.exp(2j * np.pi * rng.random(shape)).astype(np.complex64)


def draw_machine(rng: Generator, rate_hz: float, axes: int = 1) -> Machine:
    """A random healthy machine with a random sensor."""
    shaft = log_uniform(rng, min(12.0, rate_hz / 100), min(60.0, rate_hz / 8))
    first = log_uniform(rng, 0.004, 0.15)
    line_hz = float(rng.choice([100.0, 120.0]))
    modes = int(rng.integers(3, 7))
    density = log_uniform(rng, 60e-6, 300e-6)
    return Machine(
        rate_hz=rate_hz,
        shaft_hz=shaft,
        tones=_draw_tones(rng, shaft, first, rate_hz, axes),
        line_hz=line_hz,
        line=phasors(rng, axes)
        * np.float32(first * log_uniform(rng, 0.02, 0.5) * (line_hz < HIGHEST_TONE * rate_hz)),
        mode_hz=rate_hz * np.exp(rng.uniform(np.log(0.03), np.log(0.46), modes)),
        damping=np.exp(rng.uniform(np.log(0.01), np.log(0.08), modes)),
        mode_gain=rng.normal(size=(axes, modes)) * rng.uniform(0.3, 1.0, modes),
        noise_g=first * log_uniform(rng, 0.15, 2.0),
        impact_order=float(rng.choice([0.4, 0.6])) * int(rng.integers(7, 13)),
        wander=log_uniform(rng, 0.0005, 0.004),
        flutter=log_uniform(rng, 0.02, 0.4),
        knocks_hz=float(rng.random() < 0.3) * rate_hz / 256 * log_uniform(rng, 0.01, 0.2),
        sensor_noise_g=density * np.sqrt(rate_hz / 2),
        lsb_g=log_uniform(rng, 60e-6, 1e-3),
        range_g=float(rng.choice([4.0, 8.0, 16.0])),
    )


def _draw_tones(rng: Generator, shaft: float, first: float, rate_hz: float, axes: int) -> Complex:
    orders = 0.5 * np.arange(1, HALF_ORDERS + 1)
    level = np.where(orders % 1 == 0, first * orders ** -rng.uniform(0.5, 2.0), 0.0)
    level *= np.exp(rng.normal(0, 0.4, HALF_ORDERS))
    blades = int(rng.integers(3, 10))
    level[2 * blades - 1] += first * log_uniform(rng, 0.05, 1.0)
    level *= orders * shaft < HIGHEST_TONE * rate_hz
    mounting = rng.uniform(0.2, 1.0, (axes, 1))
    return (phasors(rng, axes, HALF_ORDERS) * (level * mounting)).astype(np.complex64)


def draw_session(rng: Generator, machine: Machine, spread: float = 1.0) -> Session:
    """Another day: gain 6 %, modes 1.5 %, speed 0.8 %, tones 8 %, noise 10 %, times `spread`.

    Within the session, warming up moves tones by 10 %, noise by 10 % and modes by 0.5 %.
    """

    def factor(sd: float, *shape: int) -> Floats:
        return np.exp(rng.normal(0, sd * spread, shape))

    return Session(
        speed=float(factor(0.008)),
        gain=float(factor(0.06)),
        noise=float(factor(0.10)),
        tones=factor(0.08, HALF_ORDERS),
        modes=factor(0.015, len(machine.mode_hz)),
        tone_drift=rng.normal(0, 0.07 * spread, HALF_ORDERS) + rng.normal(0, 0.07 * spread),
        noise_drift=float(rng.normal(0, 0.10 * spread)),
        warm_modes=factor(0.005, len(machine.mode_hz)),
    )


def at_load(idle: Session, full: Session, load: float) -> Session:
    """The session at a load from -1 (`idle`) to 1 (`full`), at the temperature of `idle`."""
    share = (1 + load) / 2
    between = {
        item.name: np.exp(
            (1 - share) * np.log(getattr(idle, item.name))
            + share * np.log(getattr(full, item.name))
        )
        for item in fields(Session)
        if item.name not in _FROM_TEMPERATURE
    }
    return replace(idle, **between)
