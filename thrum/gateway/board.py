"""Keeps one board connected and hands its lines to a Watch, until it is stopped."""

from __future__ import annotations

import contextlib
import queue
import threading
import time

from thrum.device.address import Address
from thrum.device.client import Device, LineError, Transport, fields
from thrum.device.transport import Connection
from thrum.gateway import commands
from thrum.gateway.commands import Command
from thrum.gateway.watch import Watch

FIRST_RETRY, LAST_RETRY = 1.0, 30.0  # seconds between tries to open a port: doubled each time
POLL = 30.0  # seconds between requests for the status
SILENT = 30.0  # seconds without a line after which a connection counts as lost
TICK = 0.5  # seconds


class Board(threading.Thread):
    """One thread for each board: a port that hangs delays no other."""

    def __init__(self, address: Address, baud: int, watch: Watch) -> None:
        super().__init__(name=address.id, daemon=True)
        self._address = address
        self._baud = baud
        self._watch = watch
        self._stopping = threading.Event()
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._connected = threading.Event()

    def stop(self) -> None:
        """End the thread; what it has heard is in the outbox."""
        self._stopping.set()

    def command(self, command: Command) -> None:
        """Carry out a command; one that comes while the board is away is refused, not kept."""
        if self._connected.is_set():
            self._commands.put(command)
        else:
            words = f"{command.name}: refused, the board is not connected"
            self._watch.tell("refused", words, time.time())

    def run(self) -> None:
        """Run until stopped."""
        wait, complained = FIRST_RETRY, False
        while not self._stopping.is_set():
            try:
                transport = Connection(self._address.port, self._baud).open()
            except LineError as error:
                if not complained:
                    complained = True
                    print(f"{self._address.name}: {error}; trying again", flush=True)
                self._stopping.wait(wait)
                wait = min(2 * wait, LAST_RETRY)
                continue
            answered = self._serve(transport)
            wait = FIRST_RETRY if answered else min(2 * wait, LAST_RETRY)
            complained = False
            self._stopping.wait(wait)

    def _serve(self, transport: Transport) -> bool:
        """Follow the board until the connection is lost; whether it had answered."""
        why = "the gateway ends"
        try:
            while not self._stopping.is_set():
                self._follow(self._greeted(transport))
        except LineError as error:
            why = str(error)
        finally:
            with contextlib.suppress(LineError, OSError):
                transport.close()
        answered = self._connected.is_set()
        self._connected.clear()
        if answered:
            self._watch.gone(why, time.time())
        if not self._stopping.is_set():
            print(f"{self._address.name}: {why}; connecting again", flush=True)
        return answered

    def _greeted(self, transport: Transport) -> Device:
        """The board, after it said who it is. Nothing that it reports meanwhile is lost."""
        device = Device(transport, listen=self._heard)
        about = device.connect()
        raised, cleared = device.ask("t", "t")[0].split()
        self._watch.thresholds = (int(raised), int(cleared))
        status = fields(device.ask("status", "status")[0])
        self._watch.connected(about, status, time.time())
        self._connected.set()
        print(f"{self._address.name}: connected, {about.get('board', 'a board')}", flush=True)
        return device

    def _heard(self, line: str) -> None:
        self._watch.line(line, time.time())

    def _follow(self, device: Device) -> None:
        """Read until the board resets or stop() is called."""
        heard = polled = time.monotonic()
        while not self._stopping.is_set():
            line = device.next_line(TICK)
            now = time.monotonic()
            if line is not None:
                heard = now
                if line.startswith("# thrum "):
                    return
                self._heard(line)
            elif now - heard > SILENT:
                raise LineError(f"the board has said nothing for {SILENT:.0f} s")
            self._watch.tick(time.time())
            if now - polled > POLL:
                polled = now
                self._watch.status(fields(device.ask("status", "status")[0]))
            while not self._commands.empty():
                commands.carry_out(self._commands.get(), device, self._watch)
