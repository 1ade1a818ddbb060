"""What the report draws. Every function draws into a figure of any size; `narrow` is a phone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib import mlab
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from thrum.firmware.native import Replay
from thrum.report.svg import COLOURS, Draw
from thrum.states import State

Floats = npt.NDArray[np.floating]

_SHADES = {
    State.LEARNING: ("learning", 0.18),
    State.ALARM: ("alarm", 0.16),
    State.FAULT: ("third", 0.25),
    State.IDLE: ("learning", 0.08),
}
_SHOWN_WINDOWS = 4  # of each waveform


def timeline(replay: Replay, threshold: float) -> Draw:
    """Mean score, deviation and vibration over time, with the states behind."""
    seen = replay.telemetry
    unit, words = (60.0, "minutes") if replay.scene.seconds > 300 else (1.0, "seconds")
    time = np.arange(len(seen)) * replay.hop / replay.scene.rate_hz / unit
    judged = np.where(np.isin(seen.state, (State.LEARNING, State.IDLE)), np.nan, 1.0)
    rows = (
        ("anomaly score", seen.anomaly * judged, "healthy"),
        ("deviation,\nsigma", seen.z * judged, "third"),
        ("vibration,\nmg RMS", seen.rms_mg.astype(np.float64), "muted"),
    )

    def draw(figure: Figure, narrow: bool) -> None:
        axes = figure.subplots(3, 1, sharex=True, height_ratios=(2, 1.1, 1.1))
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
    """States as background, the change as a line."""
    state = replay.telemetry.state
    edges = np.flatnonzero(np.diff(state)) + 1
    for start, end in zip([0, *edges], [*edges, len(state)], strict=True):
        shade = _SHADES.get(State(int(state[start])))
        if shade:
            span = replay.seconds_of(int(start)) / unit, replay.seconds_of(int(end)) / unit
            axis.axvspan(*span, color=COLOURS[shade[0]], alpha=shade[1], linewidth=0)
    axis.axvline(replay.seconds_of(replay.changes_at) / unit, color=COLOURS["ink"], linewidth=1.1)


def _legend(axis: Axes, replay: Replay, unit: float, narrow: bool) -> None:
    """Words at the top of the panel, where they happen."""
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
    """What happened, beside the line that says when."""
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


def waveforms(replay: Replay, full_scale_g: float) -> Draw:
    """A few windows of the first axis of either part, and the spectra of all that was judged."""
    scene = replay.scene
    first = scene.learn * replay.hop
    parts = (
        ("healthy", scene.samples[first : scene.changes_at]),
        ("changed", scene.samples[scene.changes_at :]),
    )
    mg = 1000 * full_scale_g / 32768
    shown = _SHOWN_WINDOWS * replay.hop

    def draw(figure: Figure, narrow: bool) -> None:
        grid = figure.add_gridspec(3, 1) if narrow else figure.add_gridspec(2, 2)
        spectrum = figure.add_subplot(grid[2] if narrow else grid[:, 1])
        above: Axes | None = None
        for row, (name, samples) in enumerate(parts):
            where = grid[row] if narrow else grid[row, 0]
            axis = figure.add_subplot(where, sharex=above, sharey=above)
            above = above or axis
            wave = (samples[:shown, 0] if name == "healthy" else samples[-shown:, 0]) * mg
            axis.plot(
                np.arange(len(wave)) / scene.rate_hz,
                wave - wave.mean(),
                color=COLOURS[name],
                linewidth=0.7,
            )
            axis.set_title(name)
            axis.set_ylabel("mg")
            _spectrum(spectrum, samples * mg, scene.rate_hz, name)
        axis.set_xlabel("seconds")
        spectrum.set_title("spectra, axes summed")
        spectrum.set_xlabel("Hz")
        spectrum.set_ylabel("mg per root Hz")
        spectrum.legend(loc="upper right")

    return draw


def _spectrum(axis: Axes, samples: Floats, rate_hz: int, name: str) -> None:
    hertz, power = welch(samples, rate_hz)
    axis.semilogy(hertz[2:], np.sqrt(power)[2:], color=COLOURS[name], label=name, linewidth=0.9)
    axis.set_xlim(0, rate_hz / 2)


def welch(samples: Floats, rate_hz: int) -> tuple[Floats, Floats]:
    """Frequencies in Hz and power density of samples (n, axes), axes summed.

    The same as scipy.signal.welch, whose import takes a second.
    """
    length = min(1024, len(samples))
    window = np.hanning(length + 1)[:-1]
    power = [
        mlab.psd(axis, length, rate_hz, mlab.detrend_mean, window, noverlap=length // 2)[0]
        for axis in samples.T
    ]
    return np.fft.rfftfreq(length, 1 / rate_hz), np.asarray(power, np.float64).sum(axis=0)


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
        axis.set_ylabel("Hz")
        axis.grid(False)
        figure.colorbar(
            image,
            ax=axis,
            label="sigma",
            pad=0.02,
            location="bottom" if narrow else "right",
            fraction=0.06,
        )

    return draw


def curves(loss: Sequence[float], stop_loss: Sequence[float]) -> Draw:
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
