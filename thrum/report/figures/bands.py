"""Heat map of the deviations: frequency bands over time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from thrum.firmware.native import Replay
from thrum.report.svg import Draw


def heat_map(replay: Replay, z: npt.NDArray[np.uint8]) -> Draw:
    """Deviation of every band over time: z uint8 (windows after learning, bands) in Q5."""
    scene = replay.scene
    start, end = replay.seconds_of(scene.learn), replay.seconds_of(scene.learn + len(z))
    unit, words = (60.0, "minutes") if scene.seconds > 300 else (1.0, "seconds")

    def draw(figure: Figure, narrow: bool) -> None:
        axis = figure.subplots()
        image = axis.imshow(
            z.T / 32,
            origin="lower",
            aspect="auto",
            cmap="magma",
            vmin=0,
            vmax=8,
            extent=(start / unit, end / unit, 0, scene.rate_hz / 2),
            interpolation="nearest",
        )
        axis.axvline(replay.seconds_of(replay.changes_at) / unit, color="#fefefe", linewidth=1.4)
        axis.set_xlabel(words)
        axis.set_ylabel("frequency, Hz")
        axis.grid(False)
        figure.colorbar(
            image,
            ax=axis,
            label="off the learned level, sigma",
            pad=0.02,
            location="bottom" if narrow else "right",
            fraction=0.06,
        )

    return draw
