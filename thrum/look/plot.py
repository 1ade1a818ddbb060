"""A picture of a recording: its waveform, its first moments and its spectrum."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from thrum.look.spectrum import amplitudes
from thrum.recordings.manifest import DatasetError
from thrum.recordings.readers import Reading

_MOST_POINTS = 20_000
_SIZE = (10, 7)  # inches
_FIRST_S = 0.2
_FLOOR = 1e-9  # g, where the logarithmic axis ends


def write_plot(found: Reading, folder: Path) -> Path:
    """Write FOLDER/NAME.png; DatasetError if the folder cannot be written."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE, layout="constrained")
    FigureCanvasAgg(figure)
    whole, first, spectrum = figure.subplots(3)
    times = np.arange(len(found.samples)) / found.rate_hz
    step = -(-len(times) // _MOST_POINTS)
    some = max(2, int(_FIRST_S * found.rate_hz))
    for axis, name in enumerate(_names(found)):
        samples = found.samples[:, axis]
        whole.plot(times[::step], samples[::step], label=name, linewidth=0.5)
        first.plot(times[:some], samples[:some], linewidth=0.8)
        frequencies, sizes = amplitudes(samples, found.rate_hz)
        spectrum.semilogy(frequencies[1:], np.maximum(sizes[1:], _FLOOR), linewidth=0.6)
    whole.set(title=found.entry.path.name, xlabel="s", ylabel="g")
    first.set(title=f"first {_FIRST_S:g} s", xlabel="s", ylabel="g")
    spectrum.set(title="amplitude spectrum", xlabel="Hz", ylabel="g")
    whole.legend(loc="upper right")
    path = folder / f"{found.entry.path.parent.name}_{found.entry.path.name}.png"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        figure.savefig(path)
    except OSError as error:
        raise DatasetError(f"{path}: cannot be written: {error.strerror}; choose another") from None
    return path


def _names(found: Reading) -> tuple[str, ...]:
    """One name for each axis; a matrix has one for all."""
    axes = found.samples.shape[1]
    if len(found.columns) == axes:
        return found.columns
    return tuple(f"{found.columns[0]}[{axis}]" for axis in range(axes))
