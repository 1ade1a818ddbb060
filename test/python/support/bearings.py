"""Machines with a known fault: shocks of a bearing through a resonance, gears, mains, noise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from thrum.diagnosis.geometry import Bearing
from thrum.recordings.files import Given, bare
from thrum.recordings.readers import Reading

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rig:
    """A machine and how it is recorded."""

    bearing: Bearing
    rpm: float = 1500.0
    rate_hz: float = 20_000.0
    seconds: float = 8.0
    resonance_hz: float = 4500.0
    damping: float = 0.05
    slip: float = 0.0  # of the cage, and random besides
    jitter: float = 0.005  # of the distance of two shocks
    noise: float = 0.3  # RMS over that of the shocks
    gears: bool = True
    mains_hz: float = 50.0
    seed: int = 1

    @property
    def shaft_hz(self) -> float:
        """Turns a second."""
        return self.rpm / 60

    @property
    def times(self) -> Floats:
        """Of the samples, in s."""
        return np.arange(int(self.seconds * self.rate_hz)) / self.rate_hz


def shocks(rig: Rig, fault: str) -> Floats:
    """The signal of a fault alone, RMS 1: "outer race", "inner race", "ball" or "cage"."""
    rng = np.random.default_rng(rig.seed)
    bearing, cage = rig.bearing, rig.bearing.ftf * (1 + rig.slip)
    order = {
        "outer race": bearing.balls * cage,
        "inner race": bearing.balls * (1 - cage),
        "ball": 2 * bearing.bsf * (1 - rig.slip),
        "cage": cage,
    }[fault]
    period = 1 / (order * rig.shaft_hz)
    steps = period * (1 + rig.jitter * rng.standard_normal(int(rig.seconds / period) + 5))
    at = np.cumsum(steps)
    at = at[at < rig.seconds - 0.01]
    load = {"inner race": 1.0, "ball": cage, "outer race": 0.0, "cage": 0.0}[fault]
    size = 1 + 0.8 * np.cos(2 * np.pi * load * rig.shaft_hz * at) if load else np.ones(len(at))
    size = size * (1 + 0.1 * rng.standard_normal(len(at)))
    train = np.zeros(len(rig.times))
    np.add.at(train, (at * rig.rate_hz).astype(int), size)
    ring = np.arange(int(0.01 * rig.rate_hz)) / rig.rate_hz
    w = 2 * np.pi * rig.resonance_hz
    response = np.exp(-rig.damping * w * ring) * np.sin(w * ring)
    signal = np.convolve(train, response)[: len(train)]
    return signal / max(float(signal.std()), 1e-12)


def recording(rig: Rig, fault: str = "", size_g: float = 0.1) -> Floats:
    """A recording in g: shaft, gears and mains, noise, and the fault."""
    rng = np.random.default_rng(rig.seed + 1000)
    t, f = rig.times, rig.shaft_hz
    signal = rig.noise * size_g * rng.standard_normal(len(t))
    for n, part in ((1, 1.0), (2, 0.3), (3, 0.1)):  # mm/s RMS
        signal += part * n * f * 9.1e-4 * np.sin(2 * np.pi * n * f * t + n)
    signal += 0.1 * size_g * np.sin(2 * np.pi * 2 * rig.mains_hz * t)
    if rig.gears:
        mesh = 23 * f
        load = 1 + 0.4 * np.cos(2 * np.pi * f * t)
        for n in (1, 2, 3):
            signal += 0.5 / n * size_g * load * np.sin(2 * np.pi * n * mesh * t + n)
    if fault:
        signal += size_g * shocks(rig, fault)
    return signal


def unread(samples: Floats, rate_hz: float = 12_000.0) -> Reading:
    """A reading of samples in g, one axis, that no file holds."""
    axes, entry = samples.reshape(-1, 1), bare(Path("none.npz"), Given())
    return Reading(entry, axes, rate_hz, "given", None, ("x",), "g", "given", 0.0, (), ())
