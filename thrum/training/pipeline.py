"""From parameters to a released model: data, training, quantization, arena, golden vectors."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from thrum.artifacts import freshness, release
from thrum.compiler import tflite as aot
from thrum.compiler.graph import Graph, ModelError
from thrum.config import Config
from thrum.paths import ARTIFACTS, ROOT
from thrum.reference import tflm
from thrum.simulation import synth
from thrum.training import arena, feasible, gate, mixing, own_recordings
from thrum.training.quantize import compare, quantize, representative
from thrum.training.split import Split, digest, split
from thrum.training.train import Log, Trained, fit, untrained

Accept = Callable[[Graph], object]


def train(
    cfg: Config,
    folder: Path = ARTIFACTS,
    log: Log = print,
    config: Path | None = None,
    accept: Accept = lambda graph: None,
    manifest: Path | None = None,
    force: bool = False,
    insist: bool = False,
    target: str | None = None,
) -> release.Release:
    """Make a model and write it to a folder; nothing is written before everything succeeded.

    The network in the folder stays as it is, byte for byte, where the arrays that it learned from
    and everything that fits it are still the same; force trains it in any case.

    config is the file that cfg was read from, the project's own by default. manifest names the
    user's own recordings, which are added to the synthetic machines. accept raises
    ModelError if the firmware cannot run the graph; it is the caller's, because how a model is
    compiled does not determine the model. A network that is worse than the one in the folder
    raises ModelError (gate.py), unless insist. target: a processor (avr, cortex-m4) that must
    carry the network; ModelError before anything is trained if it cannot.
    """
    _refuse_foreign(folder)
    sources = freshness.fingerprint(config=config)
    start = time.monotonic()
    _refuse_impossible(cfg, accept, log, target, known=not force and _fits_alike(folder, cfg))
    own = own_recordings.read(manifest, cfg, ROOT) if manifest else None
    log(f"[1/4] Synthetic machines: {cfg.train.machines}")
    data = synth.training_set(cfg)
    parts = split(data.z, data.label, data.machine)
    log(
        f"      {len(parts.train.y)} windows to train, {len(parts.stop.y)} to stop, "
        f"{len(parts.test.y)} to test; no machine is in two parts"
    )
    if own is not None:
        log(mixing.summary(own))
        parts = mixing.join(parts, own)
    determined_by = {"sources": sources, "fit": _fit_fingerprint(cfg), "arrays": digest(parts)}
    known = None if force else _known(folder, determined_by)
    if known is not None:
        log("[2/4] The network in the folder learned from the same arrays: it stays as it is")
        tflite, metrics = known.tflite, known.metrics
    else:
        tflite, metrics = _trained(cfg, parts, log)
        if not insist:
            refuse_worse(folder, metrics)
    log("[4/4] Measuring the arena and making golden vectors")
    if own is not None:
        metrics = {**metrics, "recordings": mixing.judged(tflite, own, parts.test, cfg)}
        log(f"      {mixing.verdict(metrics['recordings'])}")
    made = _release(cfg, tflite, metrics, determined_by, own.seen if own else {})
    accept(made.graph)
    vectors = _golden(cfg, tflite, made.graph)
    if vectors is None and not (folder / release.GOLDEN).exists():
        log(
            f"      No {release.GOLDEN}, which the headers need: tflite_micro (Linux, x86-64) "
            "makes its vectors; train there, or copy that of this very model"
        )
    release.save(made, folder, vectors)
    log(f"Model {made.model_hash} is in {folder} after {time.monotonic() - start:.0f} s")
    return made


def _fits_alike(folder: Path, cfg: Config) -> bool:
    """Whether the network in the folder was made by this network.py."""
    try:
        return release.load(folder).determined_by.get("fit") == _fit_fingerprint(cfg)
    except ModelError:
        return False


def _refuse_impossible(
    cfg: Config, accept: Accept, log: Log, target: str | None, known: bool
) -> None:
    """Build the untrained network; ModelError if the firmware, or the target, cannot run it."""
    if known and target is None:
        return
    made = untrained(cfg)
    ends = cfg.features.bands, len(cfg.classes.names)
    for line in feasible.check(made, *ends, accept, target):
        log(f"      {line}")


def _fit_fingerprint(cfg: Config) -> str:
    sections = dataclasses.asdict(cfg)
    used = [sections["train"], sections["quantize"], sections["classes"], cfg.features.bands]
    return freshness.fit_fingerprint(used)


def _refuse_foreign(folder: Path) -> None:
    """A file that no description of ours describes is somebody's own.

    In the project's own folder a description with damaged files is enough: training mends them.
    """
    mends = folder.resolve() == ARTIFACTS.resolve() and (folder / release.JSON).exists()
    for name in () if mends else release.foreign(folder):
        raise ModelError(
            f"{folder / name} was not written by `thrum train`, which would replace it: move it "
            "away, or choose another --out"
        )


def refuse_worse(folder: Path, metrics: dict[str, Any]) -> None:
    """ModelError if the model in the folder is better; nothing if there is none."""
    try:
        old = release.load(folder)
    except ModelError:
        return
    gate.check(metrics, old.metrics)


def _known(folder: Path, determined_by: dict[str, str]) -> release.Release | None:
    """The release in the folder, if training would give the same network again."""
    try:
        made = release.load(folder)
    except ModelError:
        return None
    same = all(made.determined_by.get(key) == determined_by[key] for key in ("fit", "arrays"))
    return made if same else None


def _trained(cfg: Config, parts: Split, log: Log) -> tuple[bytes, dict[str, Any]]:
    log("[2/4] Training the network")
    trained = fit(cfg, parts, log)
    log(f"[3/4] Quantizing {trained.model.count_params()} parameters to int8")
    tflite = quantize(trained.model, representative(cfg, parts.train.x))
    return tflite, _metrics(trained, tflite, parts)


def _release(
    cfg: Config,
    tflite: bytes,
    metrics: dict[str, Any],
    determined_by: dict[str, str],
    recordings: dict[str, Any],
) -> release.Release:
    graph = aot.read(tflite)
    return release.Release(
        tflite=tflite,
        graph=graph,
        parameters=json.loads(json.dumps(dataclasses.asdict(cfg))),
        arena=dataclasses.asdict(arena.size(tflite, graph)),
        metrics=metrics,
        determined_by=determined_by,
        recordings=recordings,
    )


def _metrics(trained: Trained, tflite: bytes, parts: Split) -> dict[str, Any]:
    """Both models on machines that training never saw, window by window, and the curves."""
    return {
        **compare(trained.model, tflite, parts.test),
        "loss": [round(value, 5) for value in trained.loss],
        "stop_loss": [round(value, 5) for value in trained.stop_loss],
    }


def _golden(cfg: Config, tflite: bytes, graph: Graph) -> dict[str, Any] | None:
    """Golden vectors need the reference kernels; elsewhere the committed ones stay."""
    if not tflm.available():
        return None
    from thrum.training.golden import golden

    return golden(cfg, tflite, graph)
