"""`thrum gateway`."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from thrum.cli.options import positive

if TYPE_CHECKING:
    from thrum.gateway.credentials import Secrets
    from thrum.gateway.sinks import Sink

HELP = "send the verdicts of many boards to MQTT, Home Assistant, InfluxDB and files"
DESCRIPTION = (
    "Follows any number of boards and sends their states and alarms to an MQTT broker, where Home "
    "Assistant finds them, and to files. Reconnects to both sides; what the broker has not "
    "acknowledged waits on disk. docs/mqtt-and-bluetooth.md has topics and payloads."
)


def topic(text: str) -> str:
    """The first word of all topics."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise argparse.ArgumentTypeError(f"{text}: give letters, digits, - and _ only")
    return text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--port",
        action="append",
        required=True,
        metavar="[NAME=]PORT",
        help="a board, such as pump=/dev/ttyUSB0 or fan=socket://host:port; again for each board",
    )
    parser.add_argument("--baud", type=int, default=115_200, help="of all ports (default: 115200)")
    parser.add_argument("--mqtt", metavar="URL", help="mqtt://HOST[:PORT], or mqtts:// for TLS")
    parser.add_argument(
        "--secrets",
        type=Path,
        metavar="FILE",
        help="TOML file with username, password, ca, certificate, key, influx_token",
    )
    parser.add_argument(
        "--queue",
        type=Path,
        default=Path("thrum-queue.sqlite"),
        metavar="FILE",
        help="where messages wait for the broker (default: thrum-queue.sqlite)",
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="append readings and events")
    parser.add_argument("--sqlite", type=Path, metavar="FILE", help="the same as a database")
    parser.add_argument("--influx", metavar="URL|FILE", help="the same as InfluxDB's line protocol")
    parser.add_argument(
        "--every",
        type=positive,
        default=10.0,
        metavar="SECONDS",
        help="between two messages of an unchanged state (default: 10)",
    )
    parser.add_argument(
        "--topic", type=topic, default="thrum", help="first word of all topics (default: thrum)"
    )
    parser.add_argument("--name", type=topic, help="of this gateway (default: the computer's)")


def run(arguments: argparse.Namespace) -> int:
    """Serve."""
    from thrum.device import address
    from thrum.gateway import credentials
    from thrum.gateway.run import Wanted
    from thrum.gateway.run import run as serve

    boards = address.addresses(arguments.port)
    secrets = credentials.secrets(arguments.secrets)
    broker = credentials.broker(arguments.mqtt) if arguments.mqtt else None
    if broker is None and not (arguments.csv or arguments.sqlite or arguments.influx):
        raise credentials.CredentialsError(
            "nowhere to send to: pass --mqtt URL, or --csv, --sqlite or --influx"
        )
    wanted = Wanted(
        boards=boards,
        baud=arguments.baud,
        broker=broker,
        secrets=secrets,
        queue=arguments.queue,
        base=arguments.topic,
        name=arguments.name or "",
        every=arguments.every,
    )
    return serve(wanted, _sinks(arguments, secrets))


def _sinks(arguments: argparse.Namespace, secrets: Secrets) -> list[Sink]:
    from thrum.gateway.influx import influx_sink
    from thrum.gateway.sinks import CsvSink, SqliteSink

    sinks: list[Sink] = []
    if arguments.csv:
        sinks.append(CsvSink(arguments.csv))
    if arguments.sqlite:
        sinks.append(SqliteSink(arguments.sqlite))
    if arguments.influx:
        sinks.append(influx_sink(arguments.influx, secrets.influx_token))
    return sinks
