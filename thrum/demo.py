"""The whole way in one command: train, quantize, build, replay a machine that goes bad, report.

Everything is written to a scratch folder; nothing is done again that is up to date.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from thrum.artifacts import freshness
from thrum.config import Config
from thrum.firmware import native, scenes, story
from thrum.firmware.native import Replay
from thrum.firmware.scenes import Scene
from thrum.paths import ROOT
from thrum.report.progress import Progress

FOLDER = ROOT / "build" / "demo"

Log = Callable[[str], None]


def demo(cfg: Config, out: Path = FOLDER, data: Path | None = None, log: Log = print) -> int:
    """Run all steps; 0 if the alarm came when it should and not before, else 1."""
    scene = _recording(cfg, data, log)
    model = _model(cfg, out / "model", log)
    log("Firmware: building for this computer ...")
    program, seconds = _timed(lambda: native.build(model, out / "pio"))
    log(f"Firmware: {_shown(program)} ({seconds:.1f} s)")
    wav = out / "recording.wav"
    replay = native.replay(program, scene, cfg, wav)
    log(f"\n$ {_shown(program)} --rate {scene.rate_hz} --learn {scene.learn} {_shown(wav)}")
    log("\n".join("    " + line for line in story.excerpt(replay.output.splitlines())) + "\n")
    log(story.verdict(replay))
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
    from thrum.training.pipeline import train

    train(cfg, folder, log=lambda line: log("    " + line))
    return folder


def _report(
    cfg: Config, model: Path, program: Path, replay: Replay, data: Path | None, path: Path, log: Log
) -> None:
    log("Report: evaluating and drawing ...")
    from thrum import report

    with Progress() as say:
        _, seconds = _timed(lambda: report.write(cfg, model, program, path, data, replay, say))
    log(f"Report: {_shown(path)} ({seconds:.1f} s)  open it in a browser")


def _timed(work: Callable[[], Path]) -> tuple[Path, float]:
    started = time.monotonic()
    result = work()
    return result, time.monotonic() - started


def _shown(path: Path) -> str:
    """As short as it can be typed from here."""
    return os.path.relpath(path)
