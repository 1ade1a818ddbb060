"""Recordings of a machine without character, for the tests of the evaluation."""

from __future__ import annotations

import numpy as np

from model import params
from model.dataset import Recording

CFG = params.load()


def noise(
    seed: int,
    label: int = 0,
    level: float = 300.0,
    session: str = "a",
    condition: str = "c",
    samples: int = 40_000,
    machine: str = "m",
) -> Recording:
    """White noise: a machine without character."""
    counts = np.random.default_rng(seed).normal(0, level, (samples, 1)).astype(np.int16)
    return Recording(counts, CFG.sample.rate_hz, machine, condition, label, f"r{seed}", session)
