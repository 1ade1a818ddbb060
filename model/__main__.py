"""Command line of the pipeline: `python -m model COMMAND`. -h explains each command."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from model.release import FOLDER

ROOT = Path(__file__).resolve().parents[1]
Command = Callable[[argparse.Namespace], int]


def _train(arguments: argparse.Namespace) -> int:
    from model import freshness
    from model.params import load

    cfg = load(arguments.config)
    if not arguments.force and freshness.is_fresh(arguments.out, config=arguments.config):
        print(f"The model in {arguments.out} is up to date; --force trains it again.")
        return 0
    from model.pipeline import train

    train(cfg, arguments.out, config=arguments.config)
    return 0


def _headers(arguments: argparse.Namespace) -> int:
    from model.codegen.headers import write_headers

    written = write_headers(arguments.root, arguments.model)
    print("\n".join(f"wrote {path}" for path in written) or "All headers are up to date.")
    return 0


def _elsewhere(module: str) -> Command:
    """A command that lives in a module of its own: `run(arguments) -> int`."""
    def run(arguments: argparse.Namespace) -> int:
        return int(importlib.import_module(f"model.{module}").run(arguments))

    return run


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m model", description="Train, compile and judge the vibration model.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_train(commands)
    _add_headers(commands)
    return parser


def _add_train(commands: Any) -> None:
    train = commands.add_parser(
        "train", help="train, quantize and release the model",
        description="Makes synthetic machines, trains, quantizes to int8, measures the arena and "
                    "writes model.tflite, model.json and golden.json.")
    train.add_argument("--out", type=Path, default=FOLDER, metavar="DIR",
                       help="folder of the model (default: model/artifacts, which is committed)")
    train.add_argument("--config", type=Path, default=ROOT / "model" / "config.toml",
                       metavar="FILE", help="parameters (default: model/config.toml)")
    train.add_argument("--force", action="store_true", help="train even if nothing has changed")
    train.set_defaults(run=_train)


def _add_headers(commands: Any) -> None:
    headers = commands.add_parser(
        "headers", help="write the C++ headers of a trained model",
        description="Writes include/model_*.h and test/golden.h, those that differ. Every build "
                    "does this too.")
    headers.add_argument("--model", type=Path, default=FOLDER, metavar="DIR",
                         help="folder of the model (default: model/artifacts)")
    headers.add_argument("--root", type=Path, default=ROOT, metavar="DIR",
                         help="project that gets the headers (default: this one)")
    headers.set_defaults(run=_headers)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; errors are one line on stderr and exit code 1."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except ValueError as error:
        if not type(error).__module__.startswith("model."):
            raise
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
