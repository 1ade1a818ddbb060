"""A synthetic machine that is learned, judged healthy, goes bad and stops, for the live page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from thrum import config
from thrum.recordings.dataset import at_rate
from thrum.recordings.wav import write_wav
from thrum.simulation import synth

LEARN = 64


def machine(
    folder: Path, rate_hz: int = 3200, bad_windows: int = 100
) -> tuple[Path, np.ndarray[Any, Any]]:
    """A recording that is learned, healthy, then faulty for so long, then at rest."""
    cfg = at_rate(config.load(), 3200, axes=1)
    machine = synth.machine_set(cfg, np.random.default_rng(7), "page", LEARN + 40, bad_windows)
    worst = max(machine.faulty, key=lambda rec: float(rec.samples.std()))
    rest = np.random.default_rng(1).integers(-3, 4, (8 * 256, 1)).astype(np.int16)
    samples = np.concatenate([machine.baseline.samples, worst.samples, rest])
    path = folder / "machine.wav"
    write_wav(path, samples, rate_hz, {"INAM": "page"})
    return path, samples
