"""Waveforms and spectra before and after the change."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib import mlab
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from thrum.firmware.native import Replay
from thrum.report.svg import COLOURS, Draw

Floats = npt.NDArray[np.floating]

_SHOWN_WINDOWS = 4  # in each waveform


def waveforms(replay: Replay, full_scale_g: float) -> Draw:
    """Windows of the first axis before and after the change, and the spectra of both parts."""
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
        axis.set_xlabel("time, seconds")
        spectrum.set_title("spectra, axes summed")
        spectrum.set_xlabel("frequency, Hz")
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
