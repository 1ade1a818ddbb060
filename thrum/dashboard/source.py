"""Keeps a device connected and sends its records to the hub, until it is stopped."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

from thrum.dashboard import records
from thrum.dashboard.commands import Commands
from thrum.dashboard.greeting import Wanted, about_board, network, why_not
from thrum.dashboard.hub import Hub
from thrum.dashboard.samples import SampleStream
from thrum.dashboard.streams import Stream, TelemetryStream
from thrum.dashboard.velocity import Zoned
from thrum.device.client import Device, EndedError, LineError, Transport, fields
from thrum.device.raw_stream import RawStream, StoppedError
from thrum.device.samples import Source
from thrum.plant.zones import limits

RETRY = 1.0  # seconds between tries to open a port that has gone
POLL = 5.0  # seconds between requests for the status
SILENT = 5.0  # seconds without a line, at least, before the page says so
TICK = 0.25  # seconds after which a request to stop is noticed


class DeviceThread(threading.Thread):
    """Reads the device; reopens the port whenever the connection is gone."""

    def __init__(
        self,
        wanted: Wanted,
        hub: Hub,
        transport: Transport | None,
        commands: Commands | None = None,
    ) -> None:
        super().__init__(name="device", daemon=True)
        self._wanted = wanted
        self._hub = hub
        self._transport = transport
        self._stopping = threading.Event()
        self._silent = False
        self._errand: Callable[[], None] | None = None
        self.commands = commands or Commands()
        self._shown: records.Record = {}  # about the board
        machine = wanted.cfg.machine
        self._zoned = Zoned(limits(machine.group, machine.mounting))

    def lend(self, errand: Callable[[], None]) -> bool:
        """Close the port for an errand that needs it, then go on; False if there is no port."""
        if self._wanted.port is None or self._errand is not None or not self.is_alive():
            return False
        self._errand = errand
        return True

    def stop(self) -> None:
        """Let the device judge again, close the port, end the thread."""
        self._stopping.set()
        self.join(10.0)

    def run(self) -> None:
        """Run until stopped. A program that has ended is not started again."""
        while not self._stopping.is_set():
            try:
                self._run_errand()
                if self._transport is None:
                    self._transport = self._wanted.open()
                self._talk(self._transport)
            except LineError as error:  # noqa: PERF203 (a retry)
                self._close()
                if self._wanted.port is None:
                    self._link(*_end_of_program(error))
                    return
                self._link("lost", f"No connection, trying again: {error}.")
                self._stopping.wait(RETRY)
        self._close()

    @property
    def _leaving(self) -> bool:
        return self._stopping.is_set() or self._errand is not None

    def _run_errand(self) -> None:
        if self._errand is None:
            return
        self._close()
        try:
            self._errand()
        finally:
            self._errand = None

    def _talk(self, transport: Transport) -> None:
        """Connect and follow the device; connect again after each reset."""
        while not self._leaving:
            device = Device(transport)
            stream, silence = self._greet(device)
            try:
                self._link("live", f"Connected to {self._wanted.name}.")
                self._follow(device, stream, silence)
            finally:
                self.commands.gone()
                if self._leaving and isinstance(stream, SampleStream):
                    device.send("raw 0")

    def _greet(self, device: Device) -> tuple[Stream, float]:
        """Ask who it is, say so on the page, and start the stream."""
        about = device.connect()
        source = Source.of(about)
        [thresholds] = device.ask("t", "t")
        status = fields(device.ask("status", "status")[0])
        stream: Stream = TelemetryStream()
        why = why_not(self._wanted, source, about) if self._wanted.spectrum else ""
        if self._wanted.spectrum and not why:
            stream = self._samples(about, thresholds, status)
        here = isinstance(stream, SampleStream)
        zones = self._zoned.as_json()
        self._shown = about_board(self._wanted, about, _pair(thresholds), here, why, zones)
        self._hub.publish(self._shown)
        self.commands.connected(_pair(thresholds))
        device.ask(stream.start, stream.start)
        return stream, source.silent_after(SILENT)

    def _samples(
        self, about: dict[str, str], thresholds: str, status: dict[str, str]
    ) -> SampleStream:
        learn = self._wanted.learn or int(status["learn"])
        found = network(self._wanted, about)
        return SampleStream(self._wanted.cfg, about, learn, thresholds, found, int(status["lost"]))

    def _carried_out(self, line: str, stream: Stream) -> bool:
        """Whether a line answers a request after which the stream starts anew."""
        kind = self.commands.heard(line)
        if kind == "t":
            high, low = self.commands.thresholds
            if isinstance(stream, SampleStream):
                stream.set_thresholds(high, low)
            self._shown = {**self._shown, "raise": high / 256, "clear": low / 256}
            self._hub.publish(self._shown)
        return kind == "learn" and isinstance(stream, SampleStream)

    def _follow(self, device: Device, stream: Stream, silence: float) -> None:
        """Read until the device resets or stop() is called; LineError if the connection is lost.

        A device that has stopped to stream is greeted again, too.
        """
        heard = polled = time.monotonic()
        raw = RawStream(device) if isinstance(stream, SampleStream) else None
        while not self._leaving:
            try:
                line = (raw or device).next_line(TICK)
            except StoppedError:
                return
            now = time.monotonic()
            if line is not None:
                if line.startswith("# thrum ") or self._carried_out(line, stream):
                    return
                heard = self._heard(device, stream, line, now, heard)
            if now - heard > silence and not self._silent:
                self._link("silent", "Connected, but nothing arrives that can be shown.")
            polled = self._asked(device, stream, now, polled)

    def _asked(self, device: Device, stream: Stream, now: float, polled: float) -> float:
        """Send what the page asks for, and the question for the status; when that was sent last."""
        if request := self.commands.next(now):
            device.send(request)
        if not stream.poll or now - polled <= POLL:
            return polled
        device.send(stream.poll)
        return now

    def _heard(self, device: Device, stream: Stream, line: str, now: float, heard: float) -> float:
        """Publish the records of a line; return the time of the last line that was understood."""
        made = self._zoned.push(stream.push(line, _milliseconds()))
        if made:
            self._hub.publish(*made)
        for request in stream.requests():
            device.send(request)
        if not any(record["kind"] == "frame" for record in made):
            return heard
        if self._silent:
            self._link("live", f"Connected to {self._wanted.name}.")
        return now

    def _link(self, state: str, words: str) -> None:
        self._silent = state == "silent"
        self._hub.publish(records.link(state, words, _milliseconds()))

    def _close(self) -> None:
        if self._transport is not None:
            with contextlib.suppress(LineError, OSError):  # closing a lost connection may fail
                self._transport.close()
            self._transport = None


def _pair(thresholds: str) -> tuple[int, int]:
    high, low = (int(word) for word in thresholds.split())
    return high, low


def _end_of_program(error: LineError) -> tuple[str, str]:
    if isinstance(error, EndedError) and error.code == 0:
        return "ended", "The replay has ended; this is how it was."
    return "lost", f"The device is gone: {error}."


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000
