"""ROC curves of the network and of simpler scores, one panel per data set."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from thrum.report.evaluated import DRAWN, Curve
from thrum.report.svg import COLOURS, Draw

_COLOURS = dict(zip(DRAWN, ("healthy", "third", "fourth", "muted"), strict=True))
_WIDTHS = dict(zip(DRAWN, (2.2, 1.3, 1.3, 1.3), strict=True))


def roc(curves: Sequence[Curve]) -> Draw:
    """One panel per data set, one line per scorer."""
    data = list(dict.fromkeys(curve.data for curve in curves))

    def draw(figure: Figure, narrow: bool) -> None:
        columns = 2 if narrow else len(data)
        rows = -(-len(data) // columns)
        grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
        for axis, name in zip(grid, data, strict=False):
            _panel(axis, name, [curve for curve in curves if curve.data == name])
        for axis in grid[len(data) :]:
            axis.set_axis_off()
        handles, labels = grid[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=2 if narrow else 4)
        figure.supxlabel("healthy decisions in alarm, share", fontsize=9)
        figure.supylabel("faulty in alarm, share", fontsize=9)

    return draw


def _panel(axis: Axes, name: str, curves: Sequence[Curve]) -> None:
    for curve in reversed(curves):
        axis.plot(
            curve.false_alarms,
            curve.detected,
            color=COLOURS[_COLOURS[curve.scorer]],
            linewidth=_WIDTHS[curve.scorer],
            label=curve.scorer,
        )
    axis.set_title(name, fontsize=8.5)
    axis.set_xlim(-0.03, 1)
    axis.set_ylim(0, 1.03)
    axis.set_xticks([0, 0.5, 1])
    axis.set_yticks([0, 0.5, 1])
