"""The ROC curves: a panel for each data set."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from thrum.report.evaluated import DRAWN, Curve
from thrum.report.figures.roc import roc


@pytest.mark.parametrize("narrow, shape", [(False, (1, 3)), (True, (2, 2))])
def test_each_data_set_has_a_panel_with_every_scorer(narrow: bool, shape: tuple[int, int]) -> None:
    data = ("rig", "fan", "pump")
    curves = [Curve(name, scorer, (0, 1), (0, 1)) for name in data for scorer in DRAWN]
    figure = Figure()
    roc(curves)(figure, narrow)
    assert len(figure.axes) == shape[0] * shape[1]
    drawn = [axis for axis in figure.axes if axis.axison]
    assert [axis.get_title() for axis in drawn] == list(data)
    for axis in drawn:
        assert sorted(str(line.get_label()) for line in axis.lines) == sorted(DRAWN)
