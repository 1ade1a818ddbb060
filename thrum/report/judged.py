"""The section about held-out recordings: counts, intervals, curves, simple scores beside."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from thrum.evaluation.decisions import Row
from thrum.evaluation.metrics import Share
from thrum.report import svg
from thrum.report.evaluated import DRAWN, NETWORK, Curve, Evaluation, pooled
from thrum.report.material import Material
from thrum.report.page import Cell, Markup, paragraph, section, table, two_lines

_PROTOCOL = """A machine's first healthy recording of a condition is cut in two: the baseline learns
the first half; judged are the second half, other healthy recordings and every faulty one. No
recording and no machine below was seen in training. A decision is the score of the average of
{windows} windows, before the votes. Neighbouring decisions overlap, so the 95 % intervals count
only decisions that share no sample, as if those were independent."""
_SCORES = """The same decisions by the network in floating point, in int8 and in the native
firmware, and by simpler scores. Their thresholds are 1.3 times the 99th
percentile on the learned part; RMS and kurtosis alarm on any departure, up or down. Each cell:
healthy decisions of the same session in alarm, then faulty ones in alarm."""
_COLOURS = dict(zip(DRAWN, ("healthy", "third", "fourth", "muted"), strict=True))
_WIDTHS = dict(zip(DRAWN, (2.2, 1.3, 1.3, 1.3), strict=True))


def evaluation(m: Material) -> str:
    """Everything about recordings that were held out."""
    found = m.evaluation
    mine = [row for row in found.rows if row.scorer == NETWORK]
    text = _PROTOCOL.format(windows=m.cfg.alarm.mean_windows)
    alt = "ROC curves of the network and of simple scores, one panel per data set."
    caption = (
        "Decisions on faulty recordings against decisions on healthy ones of the same session; "
        "conditions without a healthy recording to judge are left out."
    )
    data = list(dict.fromkeys(curve.data for curve in found.curves))
    return section(
        "Held-out recordings",
        paragraph(text),
        _confusion(mine),
        svg.figure("roc", alt, caption, 2.6, roc(found.curves), 1.6 * ((len(data) + 1) // 2) + 0.6),
        "<h3>Condition by condition, the network</h3>\n",
        _conditions(mine, m.cfg.alarm.mean_windows),
        paragraph(found.on_target),
        "<h3>The network's arithmetics and simple scores</h3>\n",
        paragraph(_SCORES),
        _scores(found),
    )


def _confusion(rows: Sequence[Row]) -> str:
    """Counts of decisions per data set."""
    lines: list[tuple[Cell, ...]] = []
    for data in dict.fromkeys(row.data for row in rows):
        mine = [row for row in rows if row.data == data]
        quiet, false = _counts(pooled([row.same for row in mine]))
        missed, detected = _counts(pooled([row.detected for row in mine]))
        lines.append((data, quiet, false, missed, detected))
    note = (
        "Decisions of the network. Healthy ones are of the learned session; conditions without "
        "healthy recordings add faulty decisions only."
    )
    head = ("data", "healthy, quiet", "healthy, alarm", "faulty, quiet", "faulty, alarm")
    return table(head, lines, note)


def _counts(share: Share | None) -> tuple[int, int]:
    """Decisions without and with alarm."""
    if share is None:
        return 0, 0
    alarms = round(share.value * share.decisions)
    return share.decisions - alarms, alarms


def _conditions(rows: Sequence[Row], windows: int) -> str:
    lines: list[tuple[Cell, ...]] = []
    for row in rows:
        learned = f"learned from {row.learned} windows, hop {row.hop}"
        if row.learned_in != row.condition:
            learned += f", of {row.learned_in}"
        name = two_lines(f"{row.data}, {row.condition}", learned)
        shares = (_share(row.same), _share(row.other), _share(row.detected))
        lines.append((name, *shares, _number(row.auc), _seconds(row.delay_s), str(row.missed)))
    head = (
        "data and condition",
        "false alarms, same session",
        "alarms, other healthy session",
        "detected",
        "AUC",
        "median delay",
        "faulty recordings without alarm",
    )
    note = (
        "Small: the 95 % interval and, in brackets, how many decisions share no sample. AUC: 1 "
        "tells healthy from faulty at some threshold, 0.5 not at all. The delay counts from the "
        "first sample of a faulty recording to the first decision in alarm, "
        f"{windows} windows or more."
    )
    return table(head, lines, note)


def _share(share: Share | None) -> Markup | str:
    if share is None:
        return "none to judge"
    interval = f"{100 * share.low:.0f} to {100 * share.high:.0f} %"
    return two_lines(f"{100 * share.value:.1f} %", f"{interval} ({share.independent})")


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"


def _seconds(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.1f} s"


def _scores(found: Evaluation) -> str:
    data = list(dict.fromkeys(row.data for row in found.rows))
    lines: list[tuple[Cell, ...]] = []
    for name in dict.fromkeys(row.scorer for row in found.rows):
        cells: list[Cell] = [name]
        for where in data:
            mine = [row for row in found.rows if row.scorer == name and row.data == where]
            false = pooled([row.same for row in mine])
            true = pooled([row.detected for row in mine])
            cells.append(f"{_percent(false)} / {_percent(true)}")
        lines.append(tuple(cells))
    return table(("score", *data), lines)


def _percent(share: Share | None) -> str:
    return "-" if share is None else f"{100 * share.value:.1f} %"


def roc(curves: Sequence[Curve]) -> Callable[[Figure, bool], None]:
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
        figure.supxlabel("healthy decisions in alarm", fontsize=9)
        figure.supylabel("faulty in alarm", fontsize=9)

    return draw


def _panel(axis: Axes, name: str, curves: Sequence[Curve]) -> None:
    for curve in reversed(curves):
        axis.plot(
            curve.false_alarms,
            curve.detected,
            color=svg.COLOURS[_COLOURS[curve.scorer]],
            linewidth=_WIDTHS[curve.scorer],
            label=curve.scorer,
        )
    axis.set_title(name, fontsize=8.5)
    axis.set_xlim(-0.03, 1)
    axis.set_ylim(0, 1.03)
    axis.set_xticks([0, 0.5, 1])
    axis.set_yticks([0, 0.5, 1])
