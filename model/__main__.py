"""Command line of the pipeline: `python -m model COMMAND`. -h explains each command."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

# Modules of model/commands, in the order of -h.
COMMANDS = (
    "train",
    "headers",
    "features",
    "demo",
    "report",
    "evaluate",
    "calibrate",
    "longrun",
    "verify",
    "record",
    "dashboard",
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m model", description="Train, compile and judge the vibration model."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name in COMMANDS:
        module = importlib.import_module(f"model.commands.{name}")
        command = commands.add_parser(name, help=module.HELP, description=module.DESCRIPTION)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; errors are one line on stderr and exit code 1."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == "model":
            raise
        print(
            f"error: {error.name} is not installed for {sys.executable}: type `make setup`, then "
            "`. .venv/bin/activate`, and repeat",
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        print("stopped by hand", file=sys.stderr)
    except ValueError as error:
        if not type(error).__module__.startswith("model."):
            raise
        print(f"error: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
