"""A board where it sits: rate, noise floor, 1 g, a tap, the range while the machine runs."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thrum.device.client import Device, LineError
from thrum.device.pace import TOLERANCE
from thrum.device.raw_stream import RawStream
from thrum.device.samples import Assembler, Meter, Source
from thrum.device.transport import Connection
from thrum.doctor.findings import Finding

SECONDS = 4.0  # that are measured
TAP_SECONDS = 15.0  # to wait for a tap
SILENCE = 5.0  # seconds without a sample that are too many
NOISY_MG = 60.0  # RMS of an axis at rest: more is a machine that runs, or a bad supply
G_TOLERANCE = 0.1  # g
TAP_MG = 100.0
FULL, LITTLE = 0.9, 0.02  # part of the range that the peak takes
Samples = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Taken:
    """Samples of some seconds."""

    counts: Samples  # (n, axes)
    rate_hz: float  # measured
    lost: int
    source: Source

    @property
    def mg(self) -> npt.NDArray[np.float64]:
        """In thousandths of g."""
        return self.counts.astype(np.float64) * self.source.mg_per_count


def look(connection: Connection, running: bool, tap: bool) -> Iterator[Finding]:
    """Every finding about the board. LineError where it does not answer."""
    device = Device(connection.open())
    try:
        about = device.connect()
        source = Source.of(about)
        words = f"{about.get('board')}, firmware {about.get('firmware')}, {about.get('sensor', '')}"
        yield Finding("board", words.rstrip(", "))
        taken = take(device, source, SECONDS)
        yield rate(taken)
        yield from in_use(taken) if running else at_rest(taken)
        if tap:
            print(f"Tap the housing once, within {TAP_SECONDS:.0f} s ...", flush=True)
            yield tapped(device, source)
    finally:
        device.close()


def take(device: Device, source: Source, seconds: float) -> Taken:
    """Stream for so long, then let the board judge again."""
    assembler, meter, windows = Assembler(source), Meter(source.axes), []
    with contextlib.closing(_stream(device, source, assembler)) as stream:
        for window in stream:
            meter.take(window, time.monotonic(), assembler.passed)
            windows.append(window)
            if assembler.samples >= seconds * source.rate_hz:
                break
    return Taken(np.concatenate(windows), meter.rate_hz, assembler.lost, source)


def rate(taken: Taken) -> Finding:
    """The rate that the board says, against this computer's clock."""
    said, measured = taken.source.rate_hz, taken.rate_hz
    found = f"{measured:.1f} Hz measured, {said} Hz said, {taken.lost} samples lost"
    if taken.lost:
        return Finding("rate", found, "the line or the bus is too slow: lower THRUM_RATE_HZ", True)
    if abs(measured / said - 1) > TOLERANCE:
        remedy = "frequencies will be wrong: set THRUM_RATE_HZ to a rate that the sensor has"
        return Finding("rate", found, remedy, bad=True)
    return Finding("rate", found)


def at_rest(taken: Taken) -> Iterator[Finding]:
    """The noise floor of every axis, and where the earth pulls."""
    noise, mean = taken.mg.std(axis=0), taken.mg.mean(axis=0) / 1000
    words = ", ".join(f"{name} {value:.1f} mg" for name, value in zip("XYZ", noise, strict=False))
    dead, noisy = bool((noise == 0).any()), bool((noise > NOISY_MG).any())
    remedy = "an axis never changes: check the wires and the supply" if dead else ""
    if noisy:
        remedy = "too much for a machine at rest: is it off? Check supply, wires, mounting"
    yield Finding("noise floor", words, remedy, bad=dead)
    yield gravity(mean)


def gravity(mean: npt.NDArray[np.float64]) -> Finding:
    """Three axes must see 1 g together; one alone sees what its direction leaves."""
    size = float(np.sqrt((mean**2).sum()))
    axis = "XYZ"[int(np.abs(mean).argmax())]
    found = f"{size:.2f} g, mostly along {axis}" if len(mean) > 1 else f"{mean[0]:+.2f} g along X"
    limit = abs(size - 1) if len(mean) > 1 else max(0.0, size - 1)
    if limit <= G_TOLERANCE:
        return Finding("gravity", found)
    return Finding("gravity", found, "not 1 g: check range, supply and (analog) AREF at 3V3", True)


def in_use(taken: Taken) -> Iterator[Finding]:
    """How much of the range the running machine takes."""
    moving = taken.mg - taken.mg.mean(axis=0)
    peak = float(np.abs(taken.counts.astype(np.int32)).max()) / 32768
    found = f"{moving.std(axis=0).max():.0f} mg RMS, the peak takes {100 * peak:.0f} % of the range"
    remedy = ""
    if peak > FULL:
        remedy = "close to the sensor's limit: take a larger range, or another place"
    elif float(np.abs(moving).max()) / 1000 < LITTLE * taken.source.full_scale_g:
        remedy = "little: is the machine running, and the sensor fixed firmly?"
    yield Finding("range", found, remedy, bad=peak > FULL)


def tapped(device: Device, source: Source) -> Finding:
    """Whether a tap arrives."""
    end = time.monotonic() + TAP_SECONDS
    strongest = 0.0
    with contextlib.closing(_stream(device, source, Assembler(source))) as stream:
        for window in stream:
            moving = (window - window.mean(axis=0)) * source.mg_per_count
            strongest = max(strongest, float(np.abs(moving).max()))
            if strongest >= TAP_MG or time.monotonic() > end:
                break
    if strongest >= TAP_MG:
        return Finding("tap", f"{strongest:.0f} mg")
    remedy = "it did not arrive: fix the sensor firmly, look at the filter capacitor (analog)"
    return Finding("tap", f"{strongest:.0f} mg", remedy, bad=True)


def _stream(device: Device, source: Source, assembler: Assembler) -> Generator[Samples, None, None]:
    """Windows (hop, axes) for ever; whoever closes it lets the board judge again."""
    raw = RawStream(device)
    raw.begin()
    silence = source.silent_after(SILENCE)
    heard = time.monotonic()
    try:
        while True:
            line = raw.next_line(silence)
            if line is None or time.monotonic() - heard > silence:
                raise LineError(f"no samples for {silence:.3g} s: is the sensor connected?")
            window = assembler.push(line)
            if window is not None:
                heard = time.monotonic()
                yield window
    finally:
        with contextlib.suppress(LineError):  # it may be gone, which is being told already
            raw.end()
