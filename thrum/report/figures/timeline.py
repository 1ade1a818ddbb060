"""Timeline of a replay: score, deviation and vibration, with the states behind."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from thrum.firmware.native import Replay
from thrum.report.svg import COLOURS, Draw
from thrum.states import State

_SHADES = {
    State.LEARNING: ("learning", 0.18),
    State.ALARM: ("alarm", 0.16),
    State.FAULT: ("third", 0.25),
    State.IDLE: ("learning", 0.08),
    State.GATHERING: ("learning", 0.12),
}


def timeline(replay: Replay, threshold: float, velocity: bool = False) -> Draw:
    """Mean score, deviation and vibration over time, with the states behind.

    velocity: also in mm/s, where the firmware says it.
    """
    seen = replay.telemetry
    unit, words = (60.0, "minutes") if replay.scene.seconds > 300 else (1.0, "seconds")
    time = np.arange(len(seen)) * replay.hop / replay.scene.rate_hz / unit
    quiet = (State.LEARNING, State.IDLE, State.GATHERING)
    judged = np.where(np.isin(seen.state, quiet), np.nan, 1.0)
    rows = [
        ("anomaly score", seen.anomaly * judged, "healthy"),
        ("deviation,\nsigma", seen.z * judged, "third"),
        ("vibration,\nmg RMS", seen.rms_mg.astype(np.float64), "muted"),
    ]
    if velocity and np.isfinite(seen.mm_s).any():
        rows.append(("velocity,\nmm/s RMS", seen.mm_s, "fourth"))

    def draw(figure: Figure, narrow: bool) -> None:
        axes = figure.subplots(
            len(rows), 1, sharex=True, height_ratios=(2, *[1.1] * (len(rows) - 1))
        )
        for axis, (label, values, colour) in zip(axes, rows, strict=True):
            axis.plot(time, values, color=COLOURS[colour])
            axis.set_ylabel(label)
            _shade(axis, replay, unit)
            axis.set_ylim(0, 1 if axis is axes[0] else None)
        axes[0].axhline(threshold, color=COLOURS["changed"], linewidth=0.9, linestyle="--")
        axes[0].annotate(
            "threshold",
            (0.003, threshold),
            color=COLOURS["changed"],
            fontsize=8.5,
            xycoords=("axes fraction", "data"),
            xytext=(0, 3),
            textcoords="offset points",
        )
        _legend(axes[0], replay, unit, narrow)
        _name_change(axes[-1], replay, unit)
        axes[-1].set_xlabel(words)
        axes[-1].set_xlim(0, len(seen) * replay.hop / replay.scene.rate_hz / unit)
        figure.align_ylabels(axes)

    return draw


def _shade(axis: Axes, replay: Replay, unit: float) -> None:
    """Shade the states and mark the change with a line."""
    state = replay.telemetry.state
    edges = np.flatnonzero(np.diff(state)) + 1
    for start, end in zip([0, *edges], [*edges, len(state)], strict=True):
        shade = _SHADES.get(State(int(state[start])))
        if shade:
            span = replay.seconds_of(int(start)) / unit, replay.seconds_of(int(end)) / unit
            axis.axvspan(*span, color=COLOURS[shade[0]], alpha=shade[1], linewidth=0)
    axis.axvline(replay.seconds_of(replay.changes_at) / unit, color=COLOURS["ink"], linewidth=1.1)


def _legend(axis: Axes, replay: Replay, unit: float, narrow: bool) -> None:
    """Write learning, healthy and ALARM above the time when each happens."""
    learned = replay.seconds_of(replay.scene.learn) / unit
    change = replay.seconds_of(replay.changes_at) / unit
    words = [(learned / 2, "learning"), ((learned + change) / 2, "healthy")]
    if replay.alarm is not None:
        end = replay.seconds_of(len(replay.telemetry)) / unit
        words.append(((replay.seconds_of(replay.alarm) / unit + end) / 2, "ALARM"))
    for at, word in words:
        axis.annotate(
            word,
            (at, 0.94),
            ha="center",
            va="top",
            fontsize=8 if narrow else 9.5,
            color=COLOURS["muted"] if word != "ALARM" else COLOURS["changed"],
            weight="bold" if word == "ALARM" else "normal",
        )


def _name_change(axis: Axes, replay: Replay, unit: float) -> None:
    """Write what changed beside the line that marks it."""
    where = replay.seconds_of(replay.changes_at) / unit
    left = where > 0.45 * replay.seconds_of(len(replay.telemetry)) / unit
    axis.annotate(
        replay.scene.change,
        (where, 0.08),
        xycoords=("data", "axes fraction"),
        xytext=(-5 if left else 5, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        fontsize=8.5,
    )
