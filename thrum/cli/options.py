"""Options that several commands share, and the checks of their values."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from thrum.paths import ARTIFACTS, ROOT

if TYPE_CHECKING:
    from thrum.device.transport import Connection
    from thrum.recordings.files import Given


def positive(text: str) -> float:
    """A finite number above 0."""
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text}: give a number above 0")
    return value


def at_least_one(text: str) -> int:
    """A whole number from 1 on."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text}: give a number of 1 or more")
    return value


def add_model(parser: argparse.ArgumentParser) -> None:
    """--model: the folder of a released model."""
    parser.add_argument(
        "--model",
        type=Path,
        default=ARTIFACTS,
        metavar="DIR",
        help="folder of the model (default: model/artifacts)",
    )


def add_config(parser: argparse.ArgumentParser) -> None:
    """--config: the parameters."""
    parser.add_argument(
        "--config",
        type=Path,
        default=ROOT / "model" / "config.toml",
        metavar="FILE",
        help="parameters (default: model/config.toml)",
    )


def add_data(parser: argparse.ArgumentParser) -> None:
    """--data: the folder of the public recordings."""
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder of the public recordings that model/manifests describes (default: THRUM_DATA, "
        "or data in the project; without any, synthetic machines are used)",
    )


def add_given(parser: argparse.ArgumentParser) -> None:
    """Options that hold for all files without a manifest."""
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="NAME",
        help="column or variable of an axis; again for each further axis",
    )
    parser.add_argument("--time", default="", metavar="NAME", help="column of times")
    parser.add_argument(
        "--unit",
        default="",
        choices=("g", "mg", "m/s2"),
        help="unit of the samples (default: what the file says, else g)",
    )
    parser.add_argument(
        "--scale", type=float, metavar="N", help="g (or unit) per stored count; WAV: full scale"
    )
    parser.add_argument(
        "--range-g", type=positive, metavar="G", help="g at full scale, of files that hold counts"
    )
    parser.add_argument(
        "--bits", type=at_least_one, default=16, metavar="N", help="of a count (default: 16)"
    )
    parser.add_argument(
        "--file-rate",
        type=positive,
        metavar="HZ",
        help="rate of files that do not say theirs",
    )


def given(arguments: argparse.Namespace) -> Given:
    """The options of add_given() as a value."""
    from thrum.recordings.files import Given

    return Given(
        tuple(arguments.key),
        arguments.unit,
        arguments.file_rate,
        arguments.time,
        arguments.scale,
        arguments.range_g,
        arguments.bits,
    )


def add_device(parser: argparse.ArgumentParser, several: bool = False) -> None:
    """--port, --baud and a program that is the device; several: --port again for each board."""
    parser.add_argument(
        "--port",
        action="append" if several else "store",
        metavar="[NAME=]PORT" if several else "PORT",
        help="serial port or pyserial URL, such as socket://127.0.0.1:4000"
        + ("; again for each board, such as pump=/dev/ttyUSB0" if several else ""),
    )
    parser.add_argument(
        "--baud",
        type=at_least_one,
        default=115_200,
        metavar="RATE",
        help="monitor_speed of the board in platformio.ini (default: 115200; esp32dev: 460800)",
    )
    parser.add_argument(
        "command",
        nargs="*",
        metavar="COMMAND",
        help="after --: a program that is the device, such as the native firmware with --serve",
    )


def connection(arguments: argparse.Namespace) -> Connection:
    """The options of add_device() as a value."""
    from thrum.device.transport import Connection

    return Connection(arguments.port, arguments.baud, arguments.command)


def add_simulated(parser: argparse.ArgumentParser, machines: int, days: float) -> None:
    """How much to simulate, with which model and parameters."""
    parser.add_argument(
        "--machines",
        type=at_least_one,
        default=machines,
        metavar="N",
        help=f"installations; three of each machine (default: {machines})",
    )
    parser.add_argument(
        "--days",
        type=positive,
        default=days,
        metavar="D",
        help=f"days that each machine is judged (default: {days:g})",
    )
    parser.add_argument(
        "--learn-hours",
        type=positive,
        metavar="H",
        help="hours of operation over which a baseline grows (default: baseline.hours)",
    )
    add_model(parser)
    add_config(parser)
