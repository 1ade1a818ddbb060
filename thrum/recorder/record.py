"""Records a board's raw samples: `thrum record --port PORT --label healthy ...`.

Writes WAV files of int16 counts, as they arrive, and a manifest beside them (folder.py), so
that the recording can be used at once. A gap ends a file and starts the next. Samples that arrived
are kept, however the recording ends; of a recorder that was killed, recover.py finds them.
"""

from __future__ import annotations

import contextlib
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from thrum import config
from thrum.device.client import Device, LineError, fields
from thrum.device.interrupts import ended_by_hand, ignore_signals
from thrum.device.pace import TOLERANCE
from thrum.device.raw_stream import RawStream
from thrum.device.samples import Assembler, Meter, Source
from thrum.device.transport import Connection, is_serial
from thrum.paths import ROOT
from thrum.recorder import folder, recover
from thrum.recordings.dataset import at_rate
from thrum.training import own_recordings

SILENCE = 3.0  # seconds without a sample, at least, that end a recording
PROGRESS = 0.5  # seconds
EARLY = 10.0  # seconds after which a rate that is not the board's ends a recording
SATURATED_SHARE = 0.001


class RecordError(ValueError):
    """Nothing can be recorded like this; the message says what to change."""


@dataclass(frozen=True)
class Wanted:
    """A request: the kind of recording, its length and its folder."""

    label: str  # "healthy" or "anomalous"
    machine: str
    condition: str = "as found"  # speed, load or fault
    sensor: str | None = None  # which one and where it sits; None: its type, as the board says
    seconds: float = 60.0
    out: Path = ROOT / "recordings"  # folder of the WAV files and their manifest


def run(connection: Connection, wanted: Wanted) -> int:
    """Record and print; exit code 1 when the recording is incomplete."""
    with ended_by_hand():
        return _run(connection, wanted)


class Take:
    """A recording in progress: puts lines together, measures and writes them."""

    def __init__(self, source: Source, lost_before: int, pieces: folder.Pieces) -> None:
        self.source = source
        self.assembler = Assembler(source, lost_before)
        self.meter = Meter(source.axes)
        self.pieces = pieces

    def push(self, line: str, now: float) -> bool:
        """Take a line; true if it completes a window. OSError where the disk is full."""
        window = self.assembler.push(line)
        if window is None:
            return False
        self.meter.take(window, now, self.assembler.passed)
        self.pieces.append(window, self.assembler.piece)
        return True

    @property
    def has_other_rate(self) -> bool:
        """Whether the samples surely come faster or slower than the board says."""
        return self.meter.pace.off(self.source.rate_hz) > TOLERANCE


def _run(connection: Connection, wanted: Wanted) -> int:
    device = Device(connection.open())
    try:
        about = device.connect()
        source = Source.of(about)
        _check_line(source, connection)
        folder.check(wanted.out, source)
        recover.offer(wanted.out)
        before = int(fields(device.ask("status", "status")[0]).get("lost", "0"))
        facts = _facts(wanted, about)
        take = Take(source, before, _pieces(wanted.out, facts, source))
        print(
            f"Recording {_axes(source)} at {source.rate_hz} Hz from {about.get('board')}, "
            f"{wanted.seconds:g} s; Ctrl+C ends it early and keeps it",
            flush=True,
        )
        problem = _record(device, take, wanted.seconds)
        ignore_signals()
    finally:
        device.close()
    paths = take.pieces.close(shortest=int(about.get("window", "1")))
    if take.has_other_rate:
        return _refuse(folder.refused(paths), take)
    if paths:
        measured = {"measured_hz": round(take.meter.rate_hz, 1), "lost": take.assembler.lost}
        folder.enter(wanted.out, paths, source, {**facts, **measured})
    return _summary(paths, problem, take, wanted.label)


def _check_line(source: Source, connection: Connection) -> None:
    """Refuse a baud rate that is too low: ten bits carry one character."""
    fastest = source.fastest_hz(connection.baud)
    if not is_serial(connection.port) or source.rate_hz <= fastest:
        return
    bits = source.characters_per_second * 10
    raise RecordError(
        f"{_axes(source)} at {source.rate_hz} Hz need {bits:.0f} bits a second, "
        f"{connection.baud} baud carry at most {fastest} Hz: raise the rate of the line, which is "
        "monitor_speed in platformio.ini and --baud here (a board's own USB takes any --baud), or "
        "lower the board's sampling rate"
    )


def _record(device: Device, take: Take, seconds: float) -> str:
    """Record until the end; return the reason if it ended early."""
    raw = RawStream(device)
    try:
        raw.begin()
        _listen(raw, take, round(seconds * take.source.rate_hz))
        raw.end()
    except (KeyboardInterrupt, LineError, OSError) as error:
        with contextlib.suppress(LineError):  # tell the board to judge again, unless it is gone
            device.send("raw 0")
        return str(error) or "stopped by hand"
    finally:
        _tell("\n")
    return ""


def _listen(raw: RawStream, take: Take, wanted: int) -> None:
    silence = take.source.silent_after(SILENCE)
    shown = silent_since = time.monotonic()
    while take.assembler.passed < wanted:
        line = raw.next_line(silence)
        now = time.monotonic()
        if line is None or now - silent_since > silence:
            raise LineError(f"no samples for {silence:.3g} s: is the board still connected?")
        if line.startswith("# thrum "):
            raise LineError("the board has reset; check its supply")
        if not take.push(line, now):
            continue
        silent_since = now
        if take.meter.pace.seconds > EARLY and take.has_other_rate:
            return
        if now - shown > PROGRESS:
            shown = now
            _progress(take, wanted)


def _progress(take: Take, wanted: int) -> None:
    share = min(1.0, take.assembler.passed / wanted)
    bar = "#" * round(30 * share)
    _tell(
        f"\r[{bar:30}] {100 * share:3.0f} %  {take.assembler.samples} samples  "
        f"{take.meter.rate_hz:7.1f} Hz  RMS {take.meter.level:7.1f} counts  "
        f"lost {take.assembler.lost}"
    )


def _tell(words: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may have been closed: recording goes on
        print(words, end="", file=sys.stderr, flush=True)


def _facts(wanted: Wanted, about: dict[str, str]) -> dict[str, str | float]:
    """Keys of the manifest (see manifest.py) that are known before recording starts."""
    recorded = time.strftime("%Y%m%d-%H%M%S")
    machine, label = wanted.machine, wanted.label
    return {
        "machine": machine,
        "condition": wanted.condition,
        "label": label,
        "session": folder.unused_stem(wanted.out, machine, label, recorded),
        **{name: about.get(name, "unknown") for name in ("board", "firmware", "model")},
        "sensor": wanted.sensor or about.get("sensor", "unknown"),
        "recorded": recorded,
    }


def _pieces(out: Path, facts: folder.Facts, source: Source) -> folder.Pieces:
    words = ", ".join(f"{name} {value}" for name, value in facts.items())
    notes = {
        "INAM": f"{facts['machine']}, {facts['label']}",
        "ICMT": f"32768 = {source.full_scale_g:g} g; {words}",
        folder.FACTS: folder.as_note(source, facts),
    }
    return folder.Pieces(out, str(facts["session"]), source, notes)


def _axes(source: Source) -> str:
    return "1 axis" if source.axes == 1 else f"{source.axes} axes"


def _warn_if_short(longest: int, source: Source, label: str) -> None:
    """Warn about a recording that is too short: training would refuse the whole manifest."""
    need, seconds = own_recordings.least_needed(at_rate(config.load(), source.rate_hz), label)
    if 0 < longest / source.rate_hz < seconds:
        print(
            f"warning: too short to be trained on: {need} windows without a gap are needed, "
            f"{seconds:.1f} s; record longer and remove this one from {folder.MANIFEST}, "
            "or training stops there"
        )


def _refuse(kept: list[Path], take: Take) -> int:
    """Say that every frequency of this recording would be wrong."""
    said, measured = take.source.rate_hz, take.meter.rate_hz
    off = abs(measured / said - 1)
    print(
        f"error: the board says {said} Hz, but its samples come at {measured:.1f} Hz, "
        f"{off:.1%} off (more than {TOLERANCE:.0%}): every frequency would be wrong. Set "
        "THRUM_RATE_HZ in platformio.ini to a rate that the sensor has, upload, and record again "
        "(`thrum doctor --port PORT` measures it). Not in the manifest, kept: "
        f"{', '.join(str(path) for path in kept) or 'nothing'}",
        file=sys.stderr,
    )
    return 1


def _summary(paths: list[Path], problem: str, take: Take, label: str) -> int:
    source, assembler, meter = take.source, take.assembler, take.meter
    for path in paths:
        print(f"wrote {path}")
    rms = float(np.sqrt(np.mean(np.square(meter.levels)))) if meter.levels else 0.0
    print(
        f"{assembler.samples} samples ({assembler.samples / source.rate_hz:.1f} s), "
        f"{meter.rate_hz:.1f} Hz measured, RMS {rms * source.mg_per_count:.1f} mg, "
        f"{assembler.lost} samples lost"
    )
    if meter.clipped > SATURATED_SHARE * max(1, assembler.samples):
        print(f"warning: {meter.clipped} samples are at the sensor's limit; choose a larger range")
    _warn_if_short(take.pieces.longest if paths else 0, source, label)
    if problem:
        print(f"ended early: {problem}", file=sys.stderr)
    if not paths:
        print("nothing was kept: not one uninterrupted window arrived", file=sys.stderr)
    return int(bool(problem) or not paths)
