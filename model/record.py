"""Records a board's raw samples: `python -m model record --port PORT --label healthy ...`.

Writes WAV files of int16 counts and a manifest beside them (see manifest.py), so that the recording
can be used at once. A gap ends a file and starts the next. What arrived is kept, however it ends.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.line import Device, LineError, fields
from model.manifest import read_manifest
from model.raw import Assembler, Meter, Source
from model.recording_file import write_wav
from model.transport import ProgramTransport, SerialTransport, is_serial

I16 = npt.NDArray[np.int16]

MANIFEST = "manifest.toml"
SILENCE = 3.0  # seconds without a sample that end a recording
PROGRESS = 0.5  # seconds
RATE_TOLERANCE = 0.02
SATURATED_SHARE = 0.001


class RecordError(ValueError):
    """Nothing can be recorded like this; the message says what to change."""


def run(arguments: argparse.Namespace) -> int:
    """Entry point of the command; exit code 1 when the recording is incomplete."""
    device = _open(arguments)
    try:
        about = device.connect()
        source = Source.of(about)
        _check_line(source, arguments)
        _check_folder(arguments.out, source)
        before = int(fields(device.ask("status", "status")[0]).get("lost", "0"))
        assembler, meter = Assembler(source, before), Meter(source.axes)
        print(
            f"Recording {source.axes} axes at {source.rate_hz} Hz from {about.get('board')}, "
            f"{arguments.seconds:g} s; Ctrl+C ends it early and keeps it",
            flush=True,
        )
        problem = _record(device, assembler, meter, source, arguments.seconds)
    finally:
        device.close()
    paths = _save(arguments, about, source, assembler, meter)
    return _summary(paths, problem, source, assembler, meter)


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
        f"{source.axes} axes at {source.rate_hz} Hz need {bits:.0f} bits a second, "
        f"{arguments.baud} baud carry at most {fastest} Hz: raise the rate of the line on both "
        "sides (--baud), or lower the board's sampling rate"
    )


def _check_folder(folder: Path, source: Source) -> None:
    """Recordings of one manifest have one rate, so that one model can serve them."""
    manifest = folder / MANIFEST
    if not manifest.exists():
        return
    for entry in read_manifest(manifest):
        if entry.rate_hz is not None and round(entry.rate_hz) != source.rate_hz:
            raise RecordError(
                f"{manifest} holds {entry.rate_hz:g} Hz ({entry.path.name}), the "
                f"board samples at {source.rate_hz} Hz: choose another --out"
            )


def _record(
    device: Device, assembler: Assembler, meter: Meter, source: Source, seconds: float
) -> str:
    """Fill the assembler; return why it ended early, or nothing."""
    try:
        device.ask("raw 1", "raw 1")
        _listen(device, assembler, meter, round(seconds * source.rate_hz))
        device.ask("raw 0", "raw 0")
    except KeyboardInterrupt:
        device.send("raw 0")
        return "stopped by hand"
    except LineError as error:
        return str(error)
    finally:
        print(file=sys.stderr)
    return ""


def _listen(device: Device, assembler: Assembler, meter: Meter, wanted: int) -> None:
    shown = silent_since = time.monotonic()
    while assembler.samples + assembler.lost < wanted:
        line = device.next_line(SILENCE)
        now = time.monotonic()
        if line is None or now - silent_since > SILENCE:
            raise LineError(f"no samples for {SILENCE:g} s: is the board still connected?")
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
    print(
        f"\r[{bar:30}] {100 * share:3.0f} %  {assembler.samples} samples  "
        f"{meter.rate_hz:7.1f} Hz  RMS {meter.level:7.1f} counts  lost {assembler.lost}",
        end="",
        file=sys.stderr,
        flush=True,
    )


def _save(
    arguments: argparse.Namespace,
    about: dict[str, str],
    source: Source,
    assembler: Assembler,
    meter: Meter,
) -> list[Path]:
    segments = assembler.segments(int(about.get("window", "1")))
    if not segments:
        return []
    stamp = time.strftime("%Y%m%d-%H%M%S")
    stem = re.sub(r"[^\w-]+", "_", f"{arguments.machine}-{arguments.label}-{stamp}")
    sensor = arguments.sensor or about.get("sensor", "not named")
    facts = (
        f"board {about.get('board')}, sensor {sensor}, firmware {about.get('firmware')} "
        f"({about.get('engine')}, model {about.get('model')}), {meter.rate_hz:.1f} Hz measured, "
        f"{assembler.lost} samples lost, {stamp}"
    )
    notes = {
        "INAM": f"{arguments.machine}, {arguments.label}",
        "ICMT": f"32768 = {source.full_scale_g:g} g; {facts}",
    }
    paths = []
    for part, segment in enumerate(segments):
        name = f"{stem}.wav" if len(segments) == 1 else f"{stem}-{part + 1}.wav"
        paths.append(arguments.out / name)
        write_wav(paths[-1], segment, source.rate_hz, notes)
    with (arguments.out / MANIFEST).open("a", encoding="utf-8", newline="\n") as manifest:
        for path in paths:
            manifest.write(_entry(arguments, path, stem, facts, source))
    return paths


def _entry(
    arguments: argparse.Namespace, path: Path, session: str, facts: str, source: Source
) -> str:
    return f"""
# {facts}
[[recordings]]
file = {_quoted(path.name)}
machine = {_quoted(arguments.machine)}
condition = {_quoted(arguments.condition)}
label = {_quoted(arguments.label)}
session = {_quoted(session)}
unit = "g"
scale = {source.full_scale_g!r}
rate_hz = {source.rate_hz}
"""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else " " for c in escaped) + '"'


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
