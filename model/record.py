"""Records a board's raw samples: `python -m model record --port PORT --label healthy ...`.

Writes WAV files of int16 counts and a manifest beside them (record_folder.py), so that the
recording can be used at once. A gap ends a file and starts the next. What arrived is kept, however
it ends.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from pathlib import Path

import numpy as np

from model import examples, params, record_folder
from model.dataset import at_rate
from model.endings import ended_by_hand, ignore_signals
from model.line import Device, LineError, fields
from model.raw import Assembler, Meter, Source
from model.transport import ProgramTransport, SerialTransport, is_serial

SILENCE = 3.0  # seconds without a sample that end a recording; four windows where they are longer
PROGRESS = 0.5  # seconds
RATE_TOLERANCE = 0.02
SATURATED_SHARE = 0.001


class RecordError(ValueError):
    """Nothing can be recorded like this; the message says what to change."""


def run(arguments: argparse.Namespace) -> int:
    """Entry point of the command; exit code 1 when the recording is incomplete."""
    with ended_by_hand():
        return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    device = _open(arguments)
    try:
        about = device.connect()
        source = Source.of(about)
        _check_line(source, arguments)
        record_folder.check(arguments.out, source)
        before = int(fields(device.ask("status", "status")[0]).get("lost", "0"))
        assembler, meter = Assembler(source, before), Meter(source.axes)
        print(
            f"Recording {_axes(source)} at {source.rate_hz} Hz from {about.get('board')}, "
            f"{arguments.seconds:g} s; Ctrl+C ends it early and keeps it",
            flush=True,
        )
        problem = _record(device, assembler, meter, source, arguments.seconds)
        ignore_signals()
    finally:
        device.close()
    segments = assembler.segments(int(about.get("window", "1")))
    facts = _facts(about, arguments.sensor, assembler, meter)
    paths = record_folder.save(arguments, source, segments, facts)
    code = _summary(paths, problem, source, assembler, meter)
    _warn_if_short(max(map(len, segments), default=0), source, arguments.label)
    return code


def _open(arguments: argparse.Namespace) -> Device:
    if arguments.command and not arguments.port:
        return Device(ProgramTransport(arguments.command))
    if not arguments.port:
        raise RecordError("no device: pass --port PORT, such as /dev/ttyUSB0 or socket://host:port")
    return Device(SerialTransport(arguments.port, arguments.baud, arguments.command))


def _check_line(source: Source, arguments: argparse.Namespace) -> None:
    """A serial port carries a tenth of its bits a second in characters: refuse what cannot work."""
    fastest = source.fastest_hz(arguments.baud)
    if not is_serial(arguments.port) or source.rate_hz <= fastest:
        return
    bits = source.characters_per_second * 10
    raise RecordError(
        f"{_axes(source)} at {source.rate_hz} Hz need {bits:.0f} bits a second, "
        f"{arguments.baud} baud carry at most {fastest} Hz: raise the rate of the line, which is "
        "monitor_speed in platformio.ini and --baud here (a board's own USB takes any --baud), or "
        "lower the board's sampling rate"
    )


def _record(
    device: Device, assembler: Assembler, meter: Meter, source: Source, seconds: float
) -> str:
    """Fill the assembler; return why it ended early, or nothing."""
    try:
        device.ask("raw 1", "raw 1")
        silence = max(SILENCE, 4 * source.hop / source.rate_hz)
        _listen(device, assembler, meter, round(seconds * source.rate_hz), silence)
        device.ask("raw 0", "raw 0")
    except (KeyboardInterrupt, LineError) as error:
        with contextlib.suppress(LineError):  # the board may have gone; else it is to judge again
            device.send("raw 0")
        return str(error) or "stopped by hand"
    finally:
        _tell("\n")
    return ""


def _listen(
    device: Device, assembler: Assembler, meter: Meter, wanted: int, silence: float
) -> None:
    shown = silent_since = time.monotonic()
    while assembler.samples + assembler.lost < wanted:
        line = device.next_line(silence)
        now = time.monotonic()
        if line is None or now - silent_since > silence:
            raise LineError(f"no samples for {silence:.3g} s: is the board still connected?")
        if line.startswith("# thrum "):
            raise LineError("the board has reset; check its supply")
        window = assembler.push(line)
        if window is None:
            continue
        silent_since = now
        meter.take(window, now)
        if now - shown > PROGRESS:
            shown = now
            _progress(assembler, meter, wanted)


def _progress(assembler: Assembler, meter: Meter, wanted: int) -> None:
    share = min(1.0, (assembler.samples + assembler.lost) / wanted)
    bar = "#" * round(30 * share)
    _tell(
        f"\r[{bar:30}] {100 * share:3.0f} %  {assembler.samples} samples  "
        f"{meter.rate_hz:7.1f} Hz  RMS {meter.level:7.1f} counts  lost {assembler.lost}"
    )


def _tell(words: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may have been closed: recording goes on
        print(words, end="", file=sys.stderr, flush=True)


def _facts(
    about: dict[str, str], sensor: str | None, assembler: Assembler, meter: Meter
) -> record_folder.Facts:
    """Keys of the manifest, see manifest.py."""
    known = {name: about.get(name, "unknown") for name in ("board", "firmware", "model")}
    return {
        **known,
        "sensor": sensor or about.get("sensor", "unknown"),
        "recorded": time.strftime("%Y%m%d-%H%M%S"),
        "measured_hz": round(meter.rate_hz, 1),
        "lost": assembler.lost,
    }


def _axes(source: Source) -> str:
    return "1 axis" if source.axes == 1 else f"{source.axes} axes"


def _warn_if_short(longest: int, source: Source, label: str) -> None:
    """Training would refuse it, and with it the manifest."""
    cfg = at_rate(params.load(), source.rate_hz)
    need, seconds = examples.least_needed(cfg, label)
    if 0 < longest < (need - 1) * cfg.window.hop + cfg.window.length:
        print(
            f"warning: too short to be trained on: {need} windows without a gap are needed, "
            f"{seconds:.1f} s; record longer and remove this one from {record_folder.MANIFEST}, "
            "or the next build stops there"
        )


def _summary(
    paths: list[Path], problem: str, source: Source, assembler: Assembler, meter: Meter
) -> int:
    for path in paths:
        print(f"wrote {path}")
    rms = float(np.sqrt(np.mean(np.square(meter.levels)))) if meter.levels else 0.0
    print(
        f"{assembler.samples} samples ({assembler.samples / source.rate_hz:.1f} s), "
        f"{meter.rate_hz:.1f} Hz measured, RMS {rms * source.mg_per_count:.1f} mg, "
        f"{assembler.lost} samples lost"
    )
    if meter.rate_hz and abs(meter.rate_hz / source.rate_hz - 1) > RATE_TOLERANCE:
        print(f"warning: the board says {source.rate_hz} Hz, measured {meter.rate_hz:.1f} Hz")
    if meter.clipped > SATURATED_SHARE * max(1, assembler.samples):
        print(f"warning: {meter.clipped} samples are at the sensor's limit; choose a larger range")
    if problem:
        print(f"ended early: {problem}", file=sys.stderr)
    if not paths:
        print("nothing was kept: not one uninterrupted window arrived", file=sys.stderr)
    return int(bool(problem) or not paths)
