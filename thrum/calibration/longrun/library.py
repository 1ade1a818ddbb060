"""Windows of one machine at any temperature and load, drawn instead of rendered.

The physics is rendered at a grid of states. A drawn block is a run of rendered windows from a grid
point near the wanted state, moved by the difference of the mean log bands: fast fluctuations keep
their distribution and their course over the block, slow ones move the mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrum.calibration.longrun.service import Floats
from thrum.config import Config
from thrum.recordings.dataset import cut, to_counts
from thrum.reference.features import log_bands
from thrum.reference.lengths import final_windows
from thrum.reference.smoothing import averages_of
from thrum.simulation.machine import Fault, Generator, Machine, Session, at_load
from thrum.simulation.vibration import render

WARM = np.array([0.0, 0.5, 1.0])
LOAD = np.array([-1.0, 0.0, 1.0])
SEGMENT = 64  # windows in a row
_STRETCHES = 4  # independent averages of a state


@dataclass(frozen=True, eq=False)
class Plant:
    """A machine as installed, and its sessions at the lowest and the highest load."""

    cfg: Config
    machine: Machine
    idle: Session
    full: Session


@dataclass(frozen=True, eq=False)
class Library:
    """Log bands uint16 Q8 (states, windows, bands), states in the order of WARM x LOAD."""

    bands: NDArray[np.uint16]
    mean: Floats  # (states, bands)

    @staticmethod
    def of(bands: NDArray[np.uint16]) -> Library:
        """Keep windows with their means."""
        return Library(bands, bands.mean(axis=1))

    def draw(self, rng: Generator, warm: Floats, load: Floats, block: int) -> NDArray[np.uint16]:
        """A block of consecutive windows at each state (n,): uint16 Q8 (n, block, bands)."""
        weight = weights(warm, load)
        state = pick(rng, weight)
        start = rng.integers(0, self.bands.shape[1] - block + 1, len(warm))
        return self._moved(state, weight, start[:, None] + np.arange(block))

    def everything(self, weight: Floats) -> NDArray[np.uint16]:
        """All windows of all states, moved to each wanted state: (n, states, windows, bands)."""
        states, windows, _ = self.bands.shape
        rows = [
            self._moved(
                np.full(len(weight), state),
                weight,
                np.broadcast_to(np.arange(windows), (len(weight), windows)),
            )
            for state in range(states)
        ]
        return np.stack(rows, axis=1)

    def _moved(
        self, state: NDArray[np.intp], weight: Floats, window: NDArray[np.intp]
    ) -> NDArray[np.uint16]:
        """Windows (n, w) of grid states (n,), moved to the mean at weights (n, states)."""
        run = self.bands[state[:, None], window].astype(np.int32)
        shift = np.rint(weight @ self.mean - self.mean[state]).astype(np.int32)
        return np.clip(run + shift[:, None], 0, 65535).astype(np.uint16)


def pick(rng: Generator, weight: Floats) -> NDArray[np.intp]:
    """A grid state for each row of weights (n, states), as likely as its weight."""
    passed = (np.cumsum(weight, axis=1) < rng.random((len(weight), 1))).sum(axis=1)
    return np.minimum(passed, weight.shape[1] - 1)


def weights(warm: Floats, load: Floats) -> Floats:
    """Bilinear weights (n, states)."""
    both = _linear(WARM, warm)[:, :, None] * _linear(LOAD, load)[:, None, :]
    return both.reshape(len(warm), len(WARM) * len(LOAD))


def _linear(grid: Floats, at: Floats) -> Floats:
    """Weights (n, len(grid)) of linear interpolation on an even grid."""
    return np.maximum(0, 1 - np.abs(at[:, None] - grid) / (grid[1] - grid[0]))


def rendered(
    plant: Plant, rng: Generator, warm: float, load: float, windows: int, fault: Fault | None = None
) -> NDArray[np.uint16]:
    """Log bands uint16 Q8 (windows, bands) of the physics at one state."""
    cfg = plant.cfg
    samples = cfg.window.hop * (windows - 1) + cfg.window.length
    session = at_load(plant.idle, plant.full, load)
    signal = render(plant.machine, session, samples, rng, fault, warm=(warm, warm))
    counts = to_counts("simulated", signal.astype(np.float64), cfg.sample.full_scale_g)
    return log_bands(cut(counts, cfg.window.length, cfg.window.hop), cfg)


def complete_averages(rng: Generator, bands: NDArray[np.uint16], cfg: Config) -> NDArray[np.uint16]:
    """Complete averages as they are judged, of rendered windows (..., windows, bands) in a row.

    Where an average takes more windows than are rendered, it goes over blocks of them in any order:
    what lasts longer than a block is averaged away. The result is made of stretches of SEGMENT
    averages in a row.
    """
    windows = final_windows(cfg)
    if windows <= cfg.alarm.most_windows:
        return averages_of(bands, windows, windows)
    stretches = []
    for _ in range(_STRETCHES):
        blocks = 2 * windows // SEGMENT + 1
        start = rng.integers(0, bands.shape[-2] - SEGMENT + 1, blocks)
        at = (start[:, np.newaxis] + np.arange(SEGMENT)).reshape(-1)
        stretches.append(averages_of(bands[..., at, :], windows, windows)[..., -SEGMENT:, :])
    return np.concatenate(stretches, axis=-2)


def library(plant: Plant, rng: Generator, windows: int) -> Library:
    """Render `windows` windows of a healthy machine at every state of the grid."""
    return Library.of(
        np.stack(
            [
                rendered(plant, rng, float(warm), float(load), windows)
                for warm in WARM
                for load in LOAD
            ]
        )
    )
