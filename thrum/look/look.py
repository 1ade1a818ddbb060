"""`thrum look`: what was read of each file, as text or JSON. Nothing is judged."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from thrum.look.spectrum import strongest_hz
from thrum.plant.velocity import velocity
from thrum.recordings.files import Given, entries_below
from thrum.recordings.manifest import DatasetError, Entry, read_manifest
from thrum.recordings.readers import Reading, read_all

_WIDTH = 12  # of the names of figures


@dataclass(frozen=True)
class Seen:
    """Figures of one recording; a list has a number for each axis, the mean removed from all."""

    file: str
    rate_hz: float
    rate_how: str
    jitter: float | None  # standard deviation of the steps over the usual one
    columns: tuple[str, ...]
    axes: int
    unit: str
    unit_how: str
    samples: int
    duration_s: float
    rms_g: list[float]
    peak_g: list[float]
    mean_g: list[float]
    strongest_hz: list[float]
    velocity_mm_s: list[float]  # RMS from velocity_hz[0] to velocity_hz[1]
    velocity_hz: list[float]
    crest: list[float]
    clipped: float  # share of the samples at a limit
    gaps: int | None  # what has gaps is refused; None: without times nobody knows
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def seen(found: Reading) -> Seen:
    """The figures of a recording."""
    samples = found.samples
    mean = samples.mean(axis=0)
    centred = samples - mean
    velocities = [velocity(axis, found.rate_hz) for axis in samples.T]
    said = dict.fromkeys(text for each in velocities for text in each.warnings)
    return Seen(
        str(found.entry.path),
        found.rate_hz,
        found.rate_how,
        found.jitter,
        found.columns,
        samples.shape[1],
        found.unit,
        found.unit_how,
        len(samples),
        len(samples) / found.rate_hz,
        _rounded(np.sqrt((centred**2).mean(axis=0))),
        _rounded(np.abs(centred).max(axis=0)),
        _rounded(mean),
        [round(strongest_hz(axis, found.rate_hz), 3) for axis in centred.T],
        [float(f"{each.rms_mm_s:.6g}") for each in velocities],
        [velocities[0].low_hz, velocities[0].high_hz],
        [float(f"{each.crest:.4g}") for each in velocities],
        found.clipped,
        None if found.jitter is None else 0,
        found.warnings,
        (*found.notes, *said),
    )


def _rounded(values: np.ndarray) -> list[float]:
    return [float(f"{value:.6g}") for value in values]


def entries(paths: Sequence[Path], manifest: Path | None, given: Given) -> Iterator[Entry]:
    """The files to look at: those named, those in folders, and those of a manifest."""
    if manifest is not None:
        yield from read_manifest(manifest)
    for path in paths:
        yield from entries_below(path, given)


def look(
    paths: Sequence[Path],
    *,
    manifest: Path | None = None,
    given: Given | None = None,
    as_json: bool = False,
    plots: Path | None = None,
) -> int:
    """Print what is read of each file. Exit code 1 if one cannot be read.

    given: what the command line says of all of them. plots: folder for a picture of each.
    """
    failed = False
    for entry in entries(paths, manifest, given or Given()):
        try:
            found = read_all(entry)
            figures = seen(found)
        except DatasetError as error:
            print(f"error: {' '.join(str(error).splitlines())}", file=sys.stderr)
            failed = True
            continue
        print(json.dumps(asdict(figures)) if as_json else text(figures), flush=True)
        if plots is not None:
            from thrum.look.plot import write_plot

            print(f"  {'plot':<{_WIDTH}}{write_plot(found, plots)}", file=sys.stderr)
    return int(failed)


def text(figures: Seen) -> str:
    """A recording for people."""
    rows = [
        ("columns", ", ".join(figures.columns)),
        ("rate", f"{figures.rate_hz:.6g} Hz ({figures.rate_how})"),
        ("jitter", "no times" if figures.jitter is None else f"{figures.jitter:.1%} of a step"),
        ("gaps", "not known without times" if figures.gaps is None else "none"),
        ("unit", f"{figures.unit} ({_UNIT_HOW.get(figures.unit_how, figures.unit_how)})"),
        ("axes", str(figures.axes)),
        ("duration", f"{figures.duration_s:.4g} s, {figures.samples} samples"),
        ("RMS", _values(figures.rms_g, "g")),
        ("peak", _values(figures.peak_g, "g")),
        ("mean", _values(figures.mean_g, "g")),
        ("clipped", f"{figures.clipped:.2%}"),
        ("strongest", _values(figures.strongest_hz, "Hz")),
        ("velocity", _velocity(figures)),
        ("crest", _values(figures.crest, "times the RMS")),
        *(("note", note) for note in figures.notes),
        *(("warning", warning) for warning in figures.warnings),
    ]
    lines = [f"  {name:<{_WIDTH}}{value}" for name, value in rows]
    return "\n".join([" ".join(figures.file.splitlines()), *lines])


def _velocity(figures: Seen) -> str:
    low, high = figures.velocity_hz
    return f"{_values(figures.velocity_mm_s, 'mm/s RMS')}, {low:.3g} to {high:.4g} Hz"


_UNIT_HOW = {
    "assumed": "assumed: neither file nor manifest says",
    "file": "the file says",
    "manifest": "given",
}


def _values(values: Sequence[float], unit: str) -> str:
    return ", ".join(f"{value:.4g}" for value in values) + f" {unit}"
