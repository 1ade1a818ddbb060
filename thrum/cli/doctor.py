"""`thrum doctor`."""

from __future__ import annotations

import argparse

from thrum.cli.options import add_device, connection

HELP = "look at this computer or, with --port, at an installed board"
DESCRIPTION = (
    "One line for each thing that was looked at, with the remedy where something is wrong. With "
    "--port: rate, noise floor and 1 g of the board's sensor; the machine should be at rest."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_device(parser)
    parser.add_argument(
        "--running",
        action="store_true",
        help="the machine runs: look at the range that it takes instead of the noise floor",
    )
    parser.add_argument("--tap", action="store_true", help="then wait for a tap on the housing")


def run(arguments: argparse.Namespace) -> int:
    """Look."""
    from thrum.doctor.findings import show

    if not (arguments.port or arguments.command):
        from thrum.doctor import computer

        return show(computer.look())
    from thrum.doctor import installation

    return show(installation.look(connection(arguments), arguments.running, arguments.tap))
