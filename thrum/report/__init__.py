"""The report, `thrum report`: one HTML page that loads nothing from outside."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path

from thrum import config
from thrum.artifacts import release
from thrum.config import Config
from thrum.evaluation import on_target
from thrum.evaluation.cases import Case
from thrum.firmware import footprint, native, scenes
from thrum.firmware.native import FirmwareError, Replay
from thrum.paths import ARTIFACTS, ROOT, written_whole
from thrum.report import evaluated, svg, twin
from thrum.report.figures.timeline import timeline
from thrum.report.material import Material
from thrum.report.page import html
from thrum.report.progress import Progress, Say, silent

PATH = ROOT / "build" / "report.html"
_SCRATCH = ROOT / "build" / "report"
_VERSIONS = ("tensorflow-cpu", "tensorflow", "keras", "tflite_micro", "numpy", "platformio")


def run(
    out: Path = PATH,
    *,
    model: Path = ARTIFACTS,
    firmware: Path | None = None,
    drawing: Path | None = None,
    data: Path | None = None,
) -> int:
    """Write the page and print where it is.

    firmware: a native program with this model, built if None. drawing: also the alarm timeline
    alone, as SVG. data: folder of the public recordings.
    """
    cfg = config.load()
    release.load(model)  # before anything is built
    with Progress() as say, ThreadPoolExecutor(1) as pool:
        say("building the firmware for this computer")
        drawn = pool.submit(evaluated.held_out, cfg, data)  # SCons is another process
        program = firmware or native.build(model, _SCRATCH / "pio")
        write(cfg, model, program, out, data, say=say, cases=drawn.result)
    print(f"Report: {out}")
    if drawing:
        replay = native.replay(
            program, scenes.demonstration(cfg, data), cfg, _SCRATCH / "recording.wav"
        )
        with written_whole(drawing) as file:
            file.write(picture(replay, cfg))
        print(f"Picture: {drawing}")
    return 0


def write(
    cfg: Config,
    model: Path,
    program: Path,
    path: Path,
    data: Path | None = None,
    replay: Replay | None = None,
    say: Say = silent,
    cases: Callable[[], list[Case]] | None = None,
) -> Path:
    """Replay the recordings, evaluate and write the page.

    say: gets the name of each step. cases: returns what is judged, if that was drawn before.
    """
    material = collect(cfg, model, program, path.with_suffix(""), data, replay, say, cases)
    say("drawing the report")
    text = html(material)
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as file:
        file.write(text)
    return path


def collect(
    cfg: Config,
    model: Path,
    program: Path,
    scratch: Path,
    data: Path | None = None,
    replay: Replay | None = None,
    say: Say = silent,
    cases: Callable[[], list[Case]] | None = None,
) -> Material:
    """Replay every recording that is found and collect sizes of the boards that were built."""
    made = release.load(model)
    say("replaying recordings through the firmware")
    shown = replay or native.replay(
        program, scenes.demonstration(cfg, data), cfg, scratch / "recording.wav"
    )
    if shown.telemetry.boot.get("model") != made.model_hash:
        raise FirmwareError(
            f"{program} carries model {shown.telemetry.boot.get('model')}, "
            f"{model} holds {made.model_hash}; build the firmware again"
        )
    others = tuple(
        native.replay(program, scene, cfg, scratch / "scene.wav")
        for scene in scenes.real_scenes(cfg, data)
    )
    return Material(
        cfg,
        made,
        shown,
        others,
        twin.follow(shown, made.tflite, cfg),
        evaluated.of_release(
            made,
            cfg,
            data,
            scratch / "evaluation.json",
            lambda: on_target.reuse(program, model),
            say,
            cases,
        ),
        tuple(footprint.footprints(ROOT / ".pio" / "build", made.model_hash)),
        datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        tuple(_versions()),
    )


def picture(replay: Replay, cfg: Config) -> str:
    """The alarm timeline as an SVG file of its own, on white, its text as shapes."""
    draw = timeline(replay, cfg.alarm.threshold)
    return svg.document("picture", draw, 8.4, 4.2)


def _versions() -> list[tuple[str, str]]:
    """Versions of the interpreter and of installed libraries, and the kind of computer."""
    found = [("Python", platform.python_version())]
    for name in _VERSIONS:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found.append((name, metadata.version(name)))
    return [*found, ("computer", f"{platform.system()} {platform.machine()}")]
