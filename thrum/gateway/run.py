"""Serves boards to a broker and to files until Ctrl+C: `thrum gateway`."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from thrum.device.address import Address
from thrum.device.interrupts import ended_by_hand
from thrum.gateway.board import Board
from thrum.gateway.commands import Command
from thrum.gateway.credentials import Broker, CredentialsError, Secrets
from thrum.gateway.outbox import Outbox
from thrum.gateway.payloads import Topics, gateway_topic
from thrum.gateway.publisher import TICK, Publisher
from thrum.gateway.sinks import Sink
from thrum.gateway.watch import Watch


@dataclass(frozen=True)
class Wanted:
    """The options of the command, checked."""

    boards: Sequence[Address]
    baud: int
    broker: Broker | None
    secrets: Secrets
    queue: Path
    base: str = "thrum"  # of all topics
    name: str = ""  # id of this gateway; empty: the computer's name
    every: float = 10.0  # seconds between messages of an unchanged state


def run(wanted: Wanted, sinks: Sequence[Sink] = ()) -> int:
    """Serve until Ctrl+C or SIGTERM. CredentialsError if the broker refuses us for good."""
    outbox = Outbox(wanted.queue if wanted.broker else Path(":memory:"))
    gateway = wanted.name or _host()
    boards = {
        address.id: Board(address, wanted.baud, _watch(wanted, address, gateway, outbox, sinks))
        for address in wanted.boards
    }
    publisher = _publisher(wanted, gateway, outbox, boards)
    with ended_by_hand():
        try:
            if publisher:
                publisher.start()
            for board in boards.values():
                board.start()
            _serve(publisher)
        except KeyboardInterrupt:
            with contextlib.suppress(OSError):  # the terminal may be gone
                print("\nEnding.", flush=True)
        finally:
            _end(boards, publisher, outbox, sinks)
    return 0


def _serve(publisher: Publisher | None) -> None:
    pause = Event()
    while True:
        if publisher:
            publisher.pump()
            if publisher.refused:
                raise CredentialsError(publisher.refused)
        pause.wait(TICK)


def _end(
    boards: dict[str, Board], publisher: Publisher | None, outbox: Outbox, sinks: Sequence[Sink]
) -> None:
    for board in boards.values():
        board.stop()
    for board in boards.values():
        if board.is_alive():
            board.join(3.0)
    if publisher:
        publisher.close()
    for sink in sinks:
        sink.close()
    outbox.close()


def _publisher(
    wanted: Wanted, gateway: str, outbox: Outbox, boards: dict[str, Board]
) -> Publisher | None:
    if wanted.broker is None:
        return None

    def commanded(topic: str, payload: str) -> None:
        _, board, _, name = topic.removeprefix(wanted.base).split("/")
        if board in boards:
            boards[board].command(Command(name, payload))

    return Publisher(
        wanted.broker,
        wanted.secrets,
        outbox,
        gateway_topic(wanted.base, gateway),
        f"{wanted.base}/+/set/+",
        commanded,
    )


def _watch(
    wanted: Wanted, address: Address, gateway: str, outbox: Outbox, sinks: Sequence[Sink]
) -> Watch:
    topics = Topics(wanted.base, gateway, address.id)
    return Watch(address, topics, outbox, wanted.every, tuple(sinks))


def _host() -> str:
    name = "".join(c if c.isalnum() and c.isascii() else "_" for c in socket.gethostname().lower())
    return name or "gateway"
