"""Recordings of a machine without character, for the tests of the evaluation."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from thrum import config
from thrum.recordings.dataset import Recording

CFG = config.load()
RPM = ("1797", "1772", "1750", "1730")


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


def public_data(folder: Path) -> Path:
    """A folder for THRUM_DATA with noise under the names of a public data set, 12 kHz, 2 s each."""
    rng = np.random.default_rng(1)
    (folder / "cwru").mkdir(parents=True)
    stems = ["Normal", "IR_7_DE48"]
    for name in [*(f"1797_{stem}" for stem in stems), *(f"{rpm}_B_7_DE12" for rpm in RPM)]:
        counts = rng.normal(0, 2000, 24_000).astype(np.int16)
        np.savez(folder / "cwru" / f"{name}.npz", DE=counts, DE_scale_g=1 / 2048, fs=12_000)
    return folder
