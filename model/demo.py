"""The whole way in one command: train, quantize, build, replay a machine that goes bad, report.

Everything is written to a scratch folder; nothing is done again that is up to date.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from model import firmware, freshness, params, scenes
from model.detector import State
from model.firmware import ROOT, Replay
from model.params import Config
from model.scenes import Scene

FOLDER = ROOT / "build" / "demo"
_PROGRESS = re.compile(r"# operating state \d+ learned:(\d+)/(\d+)")
_FIRST, _LAST = 3, 2  # telemetry lines that are shown besides the events

Log = Callable[[str], None]


def run(arguments: argparse.Namespace) -> int:
    """Entry of `python -m model demo`."""
    return demo(params.load(), arguments.out, arguments.data)


def demo(cfg: Config, out: Path = FOLDER, data: Path | None = None, log: Log = print) -> int:
    """Run all steps; 0 if the alarm came when it should and not before, else 1."""
    scene = _recording(cfg, data, log)
    model = _model(cfg, out / "model", log)
    log("Firmware: building for this computer ...")
    program, seconds = _timed(lambda: firmware.build(model, out / "pio"))
    log(f"Firmware: {_shown(program)} ({seconds:.1f} s)")
    wav = out / "recording.wav"
    replay = firmware.replay(program, scene, cfg, wav)
    log(f"\n$ {_shown(program)} --rate {scene.rate_hz} --learn {scene.learn} {_shown(wav)}")
    log("\n".join("    " + line for line in excerpt(replay.output.splitlines())) + "\n")
    log(verdict(replay))
    _report(cfg, model, program, replay, data, out / "report.html", log)
    return 0 if replay.good else 1


def _recording(cfg: Config, data: Path | None, log: Log) -> Scene:
    scene = scenes.demonstration(cfg, data)
    axes = scene.samples.shape[1]
    healthy = scene.changes_at / scene.rate_hz
    log(
        f"Recording: {scene.title}, {scene.rate_hz} Hz, {axes} {'axes' if axes > 1 else 'axis'}: "
        f"{healthy:.0f} s healthy, then {scene.seconds - healthy:.0f} s with {scene.change}"
    )
    log(f"           {scene.source}")
    return scene


def _model(cfg: Config, folder: Path, log: Log) -> Path:
    """The folder with a model that was made from the present sources."""
    if not freshness.why_stale(folder, recordings=freshness.NO_RECORDINGS):
        log(f"Model: {_shown(folder)} is up to date, not trained again")
        return folder
    log("Model: training and quantizing ...")
    from model.pipeline import train

    train(cfg, folder, log=lambda line: log("    " + line))
    return folder


def _report(
    cfg: Config, model: Path, program: Path, replay: Replay, data: Path | None, path: Path, log: Log
) -> None:
    log("Report: evaluating and drawing ...")
    from model import report

    _, seconds = _timed(lambda: report.write(cfg, model, program, path, data, replay))
    log(f"Report: {_shown(path)} ({seconds:.1f} s)  open it in a browser")


def excerpt(lines: list[str]) -> list[str]:
    """The first lines, every event with the line after it, the last lines; gaps are counted.

    How far learning has come is told once, at its end.
    """
    keep = set(range(_FIRST)) | set(range(len(lines) - _LAST, len(lines)))
    for i, line in enumerate(lines):
        progress = _PROGRESS.match(line)
        if line.startswith("#") and not (progress and progress[1] != progress[2]):
            keep |= {i, i + 1}
    shown, last = [], -1
    for i in sorted(k for k in keep if 0 <= k < len(lines)):
        if i > last + 1:
            shown.append(f"... {i - last - 1} more lines")
        shown.append(lines[i])
        last = i
    return shown


def verdict(replay: Replay) -> str:
    """What happened, in words."""
    scene = replay.scene
    minutes = replay.seconds_of(replay.judged_healthy) / 60
    healthy = (
        f"{replay.false_alarms} of {replay.judged_healthy} judged healthy windows "
        f"({minutes:.1f} min) were in alarm"
    )
    if replay.alarm is None or replay.delay is None:
        result = f"NO ALARM after the change ({scene.change}); {healthy}"
    elif replay.false_alarms:
        result = f"FALSE ALARM: {healthy}"
    else:
        result = f"ALARM {replay.delay:.1f} s after the change ({scene.change}); {healthy}"
    faults = int((replay.telemetry.state == State.FAULT).sum())
    result += f"; {faults} windows reported a sensor fault" if faults else ""
    return (
        f"{result}\nReplay: {scene.seconds:.0f} s in {replay.elapsed * 1000:.0f} ms, "
        f"{replay.times_real_time:,.0f} times real time on one core"
    )


def _timed(work: Callable[[], Path]) -> tuple[Path, float]:
    started = time.monotonic()
    result = work()
    return result, time.monotonic() - started


def _shown(path: Path) -> str:
    """As short as it can be typed from here."""
    return os.path.relpath(path)
