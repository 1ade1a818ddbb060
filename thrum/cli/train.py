"""`thrum train`."""

from __future__ import annotations

import argparse
from pathlib import Path

from thrum.artifacts.freshness import NO_RECORDINGS, RECORDINGS
from thrum.cli.options import add_config
from thrum.paths import ARTIFACTS

HELP = "train, quantize and release the model"
NEEDS_PROJECT = True  # the network is its model/network.py
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
    parser.add_argument(
        "--target",
        choices=("avr", "cortex-m4"),
        help="refuse, before anything is trained, a network.py that this processor cannot carry",
    )
    parser.add_argument("--force", action="store_true", help="train even if nothing has changed")
    parser.add_argument(
        "--accept", action="store_true", help="replace the model even by one that is worse"
    )


def run(arguments: argparse.Namespace) -> int:
    """Train unless the model is fresh."""
    from thrum import api

    manifest = None if arguments.manifest == NO_RECORDINGS else arguments.manifest
    api.train(
        arguments.out,
        config=arguments.config,
        manifest=manifest,
        force=arguments.force,
        accept=arguments.accept,
        target=arguments.target,
    )
    return 0
