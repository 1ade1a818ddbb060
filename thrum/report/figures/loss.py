"""Loss curves of the training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from thrum.report.svg import COLOURS, Draw


def loss_curves(loss: Sequence[float], stop_loss: Sequence[float]) -> Draw:
    """Loss per epoch on the machines to train and on those that stop the training."""
    best = int(np.argmin(stop_loss))

    def draw(figure: Figure, narrow: bool) -> None:
        axis = figure.subplots()
        epochs = np.arange(1, len(loss) + 1)
        axis.plot(epochs, loss, color=COLOURS["healthy"], label="machines to train")
        axis.plot(epochs, stop_loss, color=COLOURS["changed"], label="machines held out")
        axis.plot(best + 1, stop_loss[best], "o", color=COLOURS["changed"], markersize=5)
        axis.set_xlabel("epoch (the dot marks the one that was kept)")
        axis.set_ylabel("cross-entropy")
        axis.legend()

    return draw
