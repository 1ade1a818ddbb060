"""The loss curves of the training."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from thrum.report.figures.loss import loss_curves


def test_the_dot_marks_the_epoch_that_was_kept() -> None:
    figure = Figure()
    loss_curves([0.6, 0.5, 0.4], [0.65, 0.52, 0.58])(figure, False)
    trained, held_out, dot = figure.axes[0].lines
    assert np.asarray(trained.get_ydata()).tolist() == [0.6, 0.5, 0.4]
    assert np.asarray(held_out.get_ydata()).tolist() == [0.65, 0.52, 0.58]
    assert np.asarray(dot.get_data()).tolist() == [[2.0], [0.52]]
