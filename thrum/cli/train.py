"""`thrum train`."""

from __future__ import annotations

import argparse
from pathlib import Path

from thrum.artifacts.freshness import NO_RECORDINGS, RECORDINGS
from thrum.cli.options import add_config
from thrum.paths import ARTIFACTS, ROOT

HELP = "train, quantize and release the model"
DESCRIPTION = (
    "Makes synthetic machines, reads your own recordings if there are any, trains, quantizes to "
    "int8, measures the arena and writes model.tflite, model.json and golden.json."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--out",
        type=Path,
        default=ARTIFACTS,
        metavar="DIR",
        help="folder of the model (default: model/artifacts, which is committed)",
    )
    add_config(parser)
    parser.add_argument(
        "--manifest",
        default=RECORDINGS,
        metavar="FILE",
        help=f"your own recordings; {NO_RECORDINGS}: synthetic machines only (default: "
        f"{RECORDINGS}, if it exists)",
    )
    parser.add_argument("--force", action="store_true", help="train even if nothing has changed")


def run(arguments: argparse.Namespace) -> int:
    """Train unless the model is fresh."""
    from thrum.artifacts import freshness
    from thrum.config import load

    cfg = load(arguments.config)
    if arguments.manifest != RECORDINGS:  # it was asked for: a typing error must not go unnoticed
        _existing(freshness.manifest_named(arguments.manifest), arguments.out)
    stale = freshness.why_stale(
        arguments.out, config=arguments.config, recordings=arguments.manifest
    )
    if not arguments.force and not stale:
        print(f"The model in {arguments.out} is up to date; --force trains it again.")
        return 0
    if stale:
        print(f"Training, because {stale}")
    from thrum.compiler.lowering import lower
    from thrum.training.pipeline import train

    manifest = _existing(freshness.manifest_named(arguments.manifest), arguments.out)
    train(
        cfg,
        arguments.out,
        config=arguments.config,
        accept=lower,
        manifest=manifest,
        force=arguments.force,
    )
    return 0


def _existing(manifest: Path | None, folder: Path) -> Path | None:
    """The manifest; None if there are no recordings, which must not undo what they once did."""
    from thrum.artifacts import freshness
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
