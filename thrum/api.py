"""The functions behind `import thrum`: what the commands do, with values instead of options.

Standard library only at import; each function imports what does its work. Folders and files may be
Path or str, relative to the working directory. Defaults lie in the project.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from thrum.artifacts import freshness
from thrum.artifacts.freshness import NO_RECORDINGS, RECORDINGS
from thrum.paths import ARTIFACTS, CONFIG, ROOT, read_bytes

if TYPE_CHECKING:
    from thrum.artifacts.release import Release
    from thrum.compiler.graph import Graph
    from thrum.config import Config
    from thrum.evaluation.evaluate import Evaluation
    from thrum.verification.compile_model import Made

Files = Path | str


def load_config(path: Files = CONFIG) -> Config:
    """Read and check parameters; units and ranges: model/config.toml.

    ConfigError, a ValueError, names the file, the first bad key, its value and the range allowed.
    """
    from thrum import config

    return config.load(path)


def load_release(folder: Files = ARTIFACTS) -> Release:
    """Read a trained model: its .tflite, graph, parameters, arena, metrics and hashes.

    ModelError, a ValueError, if a file is missing or damaged, or the files do not belong together.
    """
    from thrum.artifacts import release

    return release.load(Path(folder))


def read_tflite(source: Files | bytes) -> Graph:
    """Read a .tflite file, or its content, exactly as it is deployed.

    A network of Thrum has an int8 input (1, bands) and an int8 output (1, 2): healthy, anomalous.
    ModelError, a ValueError, if it is missing, damaged or not supported; it names the operator.
    """
    from thrum.compiler import tflite
    from thrum.compiler.graph import ModelError

    if isinstance(source, bytes):
        return tflite.read(source)
    try:
        return tflite.read(read_bytes(Path(source)))
    except OSError as error:
        raise ModelError(f"{source}: cannot be read: {error.strerror}") from None


def write_headers(root: Files = ROOT, model: Files = ARTIFACTS) -> list[str]:
    """Write include/model_*.h and test/golden.h below root from a trained model.

    Only those that differ are written; returns their paths below root. ModelError as
    load_release(), or if the engine cannot run the network.
    """
    from thrum.codegen import headers

    return headers.write_headers(Path(root), Path(model))


def train(
    out: Files = ARTIFACTS,
    *,
    config: Files = CONFIG,
    manifest: Files | None = RECORDINGS,
    force: bool = False,
    accept: bool = False,
    target: str | None = None,
    log: Callable[[str], None] = print,
) -> Release:
    """Train, quantize to int8 and write model.tflite, model.json and golden.json to `out`.

    Nothing is done if these sources and recordings made the model that is there, unless `force`.
    The network of model/network.py is compiled before it is trained: what the firmware cannot run,
    or `target` (avr, cortex-m4) not carry, is refused at once. Nor does a model that is worse than
    the one in `out` replace it, unless `accept`.

    manifest: your own recordings, a full path or one below the project, as in platformio.ini; the
    default is used if it exists; None: synthetic machines only. log gets every line of progress.
    Takes half a minute and needs the extra `train`. ConfigError, DatasetError or ModelError, all of
    them ValueError.
    """
    from thrum import config as parameters

    out, config = Path(out), Path(config)
    name = NO_RECORDINGS if manifest is None else str(manifest)
    cfg = parameters.load(config)
    if name != RECORDINGS:  # it was asked for: a typing error must not go unnoticed
        _existing(freshness.manifest_named(name), out)
    stale = freshness.why_stale(out, config=config, recordings=name)
    if not force and not stale:
        log(f"The model in {out} is up to date; --force trains it again.")
        return load_release(out)
    if stale:
        log(f"Training, because {stale}")
    return _trained(
        cfg, out, config, _existing(freshness.manifest_named(name), out), force, accept, log, target
    )


def _trained(
    cfg: Config,
    out: Path,
    config: Path,
    manifest: Path | None,
    force: bool,
    insist: bool,
    log: Callable[[str], None],
    target: str | None,
) -> Release:
    from thrum.compiler.lowering import lower
    from thrum.training import pipeline

    return pipeline.train(
        cfg,
        out,
        log=log,
        config=config,
        accept=lower,
        manifest=manifest,
        force=force,
        insist=insist,
        target=target,
    )


def _existing(manifest: Path | None, folder: Path) -> Path | None:
    """The manifest; None if there are no recordings, which must not undo what they once did."""
    from thrum.recordings.manifest import DatasetError

    if manifest is None or manifest.is_file():
        return manifest
    known = freshness.recordings_of(folder)
    if manifest != ROOT / RECORDINGS or known:
        was = f", and {folder} was trained on {known}" if known else ""
        raise DatasetError(
            f"{manifest}: no such manifest{was}; bring it back, or pass --manifest {NO_RECORDINGS} "
            f"(custom_recordings = {NO_RECORDINGS} in platformio.ini) to train without recordings"
        )
    return None


def compile_model(
    file: Files,
    out: Files,
    *,
    name: str | None = None,
    target: str = "cortex-m4",
    check: int = 32,
    calibrate: Files | None = None,
) -> Made:
    """Write any int8 .tflite file as C++ to `out`: engine, data, example, plan and the library.

    name: files and namespace thrum::NAME (default: from the file's). target of the plan: cortex-m4,
    avr or portable. check: random inputs on which every layer must equal the reference kernels.
    calibrate: a NumPy file of float32 inputs, which quantize a Keras model. Returns the name, the
    plan and what was checked. ModelError, a ValueError, says in one line what is wrong.
    """
    from thrum.verification import compile_model as compiling

    return compiling.compile_model(
        Path(file),
        Path(out),
        name=name,
        target=target,
        check=check,
        calibrate=None if calibrate is None else Path(calibrate),
    )


def evaluate(
    model: Files = ARTIFACTS,
    *,
    manifest: Files | None = None,
    rate_hz: int | None = None,
    data: Files | None = None,
) -> Evaluation:
    """Judge recordings: learn from the first half of a healthy one, judge the rest.

    manifest: your own recordings, whose files lie beside it, judged at rate_hz (default: the rate
    of the model, or that of the slowest recording). Without one: synthetic machines, and the public
    recordings in `data` (default: THRUM_DATA). The rows hold shares from 0 to 1 with their 95 %
    intervals, and delays in seconds. DatasetError or ModelError, both ValueError.
    """
    from thrum.evaluation import evaluate as judging

    return judging.evaluate(
        Path(model),
        manifest=Path(manifest) if manifest else None,
        rate_hz=rate_hz,
        data=Path(data) if data else None,
    )
