"""`python -m model train`."""

from __future__ import annotations

import argparse
from pathlib import Path

from model.commands.options import add_config
from model.release import FOLDER

HELP = "train, quantize and release the model"
DESCRIPTION = (
    "Makes synthetic machines, trains, quantizes to int8, measures the arena and "
    "writes model.tflite, model.json and golden.json."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--out",
        type=Path,
        default=FOLDER,
        metavar="DIR",
        help="folder of the model (default: model/artifacts, which is committed)",
    )
    add_config(parser)
    parser.add_argument("--force", action="store_true", help="train even if nothing has changed")


def run(arguments: argparse.Namespace) -> int:
    """Train unless the model is fresh."""
    from model import freshness
    from model.params import load

    cfg = load(arguments.config)
    stale = freshness.why_stale(arguments.out, config=arguments.config)
    if not arguments.force and not stale:
        print(f"The model in {arguments.out} is up to date; --force trains it again.")
        return 0
    if stale:
        print(f"Training, because {stale}")
    from model.lower import lower
    from model.pipeline import train

    train(cfg, arguments.out, config=arguments.config, accept=lower)
    return 0
