"""Pictures of a diagnosis: spectrum, orders of the shaft, envelope spectrum, each line marked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from thrum.diagnosis.causes import OF_BEARINGS, Mark
from thrum.diagnosis.diagnose import Diagnosis
from thrum.diagnosis.envelope import EnvelopeSpectrum, Floats
from thrum.diagnosis.rolling import SHORT, kinds
from thrum.diagnosis.shaft import OrderSpectrum
from thrum.plant.velocity import hann_power
from thrum.report.svg import COLOURS, Picture, picture

_POINTS = 1500  # of a curve
_PIECE = 8192  # samples of the spectrum
_WIDEST = 18.0  # orders of an envelope spectrum


def of(found: Diagnosis) -> list[tuple[Picture, str, str]]:
    """Each with what it shows for people who do not see it, and its caption."""
    made = [_spectrum(found)]
    if found.analysis.orders:
        made.append(_orders(found))
    if found.analysis.envelopes:
        made.append(_envelope(found))
    return made


def _spectrum(found: Diagnosis) -> tuple[Picture, str, str]:
    reading = found.analysis.reading
    samples = reading.samples[:, int(np.argmax(reading.samples.std(axis=0)))]
    length = min(_PIECE, len(samples))
    power = hann_power(samples, length)
    hz = np.arange(len(power)) * reading.rate_hz / length
    envelope = _shown(found)

    def draw(figure: Figure, narrow: bool) -> None:
        axis = figure.subplots()
        axis.semilogy(*_thin(hz, np.sqrt(np.maximum(power, 1e-24))), color=COLOURS["healthy"])
        axis.set(xlabel="Hz", ylabel="g RMS", title="Spectrum")
        if envelope is not None:
            axis.axvspan(
                envelope.band.low_hz, envelope.band.high_hz, color=COLOURS["learning"], alpha=0.15
            )

    words = "Acceleration of the axis that shakes most."
    if envelope is not None:
        words += " Shaded: the band whose envelope is shown below."
    return picture("spectrum", draw, 2.8), "spectrum of the recording", words


def _orders(found: Diagnosis) -> tuple[Picture, str, str]:
    shown: OrderSpectrum = max(found.analysis.orders, key=lambda each: float(each.mm_s[2:].max()))
    marks = [shown.at(float(n)) for n in range(1, 11)]

    def draw(figure: Figure, narrow: bool) -> None:
        axis = figure.subplots()
        axis.plot(*_thin(shown.orders, shown.mm_s), color=COLOURS["healthy"])
        _mark(axis, [mark for mark in marks if shown.seen(mark)], shown.orders, shown.mm_s)
        axis.set(xlabel="orders of the shaft", ylabel="mm/s RMS", title="Velocity", xlim=(0, 11))

    return (
        picture("orders", draw, 2.8),
        "velocity over orders of the shaft",
        "Velocity over orders; marked: multiples of the shaft's speed that stand out.",
    )


def _envelope(found: Diagnosis) -> tuple[Picture, str, str]:
    shown = _shown(found)
    assert shown is not None and found.bearing is not None
    own = [cause for cause in found.causes if cause.name in OF_BEARINGS]
    marks = [mark for cause in own for mark in cause.marks]
    if not marks:
        marks = [
            Mark(SHORT[kind.name], kind.fundamental, 0.0, 0.0, 0.0) for kind in kinds(found.bearing)
        ]

    def draw(figure: Figure, narrow: bool) -> None:
        axis = figure.subplots()
        axis.plot(*_thin(shown.orders, shown.depth), color=COLOURS["healthy"])
        _mark(axis, marks, shown.orders, shown.depth)
        widest = min(_WIDEST, float(shown.orders[-1]))
        axis.set(xlabel="orders of the shaft", ylabel="share of the mean", xlim=(0, widest))
        axis.set_ylim(0, 1.25 * float(shown.depth[2:][shown.orders[2:] < widest].max()))
        axis.set_title("Envelope spectrum")

    band = f"{shown.band.low_hz:.0f} to {shown.band.high_hz:.0f} Hz"
    words = f"Squared envelope of {band}, whitened, averaged over {shown.pieces} pieces of "
    words += f"{shown.turns:g} turns. Marked: "
    words += "the lines of evidence." if own else "where lines of a fault would be."
    return picture("envelope", draw, 3.2), "envelope spectrum with marked lines", words


def _shown(found: Diagnosis) -> EnvelopeSpectrum | None:
    """The spectrum that spoke, else the middle one of the first axis."""
    if found.families:
        return found.families[0].found.spectrum
    envelopes = found.analysis.envelopes
    return envelopes[len(envelopes) // 2] if envelopes else None


def _mark(axis: Axes, marks: Sequence[Mark], orders: Floats, values: Floats) -> None:
    top = float(np.max(values[2:], initial=1e-12))
    for mark in marks:
        at = min(round(mark.order / float(orders[1])), len(values) - 1)
        axis.plot([mark.order], [values[at]], "v", color=COLOURS["changed"], markersize=5)
        axis.annotate(
            mark.label,
            (mark.order, float(values[at]) + 0.03 * top),
            rotation=60,
            fontsize=7.5,
            color=COLOURS["changed"],
        )


def _thin(places: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Few points of a long curve, every peak kept."""
    step = -(-len(values) // _POINTS)
    if step <= 1:
        return places, values
    count = len(values) // step
    blocks = values[: count * step].reshape(count, step)
    at = np.arange(count) * step + blocks.argmax(axis=1)
    return places[at], values[at]
