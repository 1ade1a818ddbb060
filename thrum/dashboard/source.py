"""Keeps a device connected and sends its records to the hub, until it is stopped."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from thrum.artifacts.release import Release
from thrum.config import Config
from thrum.dashboard import records
from thrum.dashboard.hub import Hub
from thrum.dashboard.samples import SampleStream
from thrum.dashboard.streams import Stream, TelemetryStream
from thrum.dashboard.velocity import Zoned
from thrum.device.client import Device, EndedError, LineError, Transport, fields
from thrum.device.raw_stream import RawStream, StoppedError
from thrum.device.samples import Source
from thrum.device.transport import ProgramTransport, SerialTransport, is_serial
from thrum.plant.zones import limits
from thrum.reference import tflm
from thrum.reference.pipeline import Network

RETRY = 1.0  # seconds between tries to open a port that has gone
POLL = 5.0  # seconds between requests for the status
SILENT = 5.0  # seconds without a line, at least, before the page says so
TICK = 0.25  # seconds after which a request to stop is noticed


@dataclass(frozen=True)
class Wanted:
    """The device to show, and whether it should stream its samples."""

    port: str | None
    baud: int
    command: Sequence[str]
    name: str  # for people
    spectrum: bool
    learn: int | None  # windows of the baseline in spectrum mode; None: as the device has it
    cfg: Config
    can_follow: bool = False  # whether the page may record and diagnose after an alarm
    made: Release | None = None  # whose network this computer may run

    def open(self) -> Transport:
        """The connection; LineError says why there is none."""
        if self.port:
            return SerialTransport(self.port, self.baud)
        return ProgramTransport(self.command)


class DeviceThread(threading.Thread):
    """Reads the device; reopens the port whenever the connection is gone."""

    def __init__(self, wanted: Wanted, hub: Hub, transport: Transport) -> None:
        super().__init__(name="device", daemon=True)
        self._wanted = wanted
        self._hub = hub
        self._transport: Transport | None = transport
        self._stopping = threading.Event()
        self._silent = False
        self._errand: Callable[[], None] | None = None
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
                if self._leaving and isinstance(stream, SampleStream):
                    device.send("raw 0")

    def _greet(self, device: Device) -> tuple[Stream, float]:
        """Ask who it is, say so on the page, and start the stream."""
        about = device.connect()
        source = Source.of(about)
        [thresholds] = device.ask("t", "t")
        status = fields(device.ask("status", "status")[0])
        stream: Stream = TelemetryStream()
        why = ""
        if self._wanted.spectrum:
            why = self._too_slow(source) or self._other_windows(about)
            if not why:
                learn = self._wanted.learn or int(status["learn"])
                network = self._network(about)
                lost = int(status["lost"])
                stream = SampleStream(self._wanted.cfg, about, learn, thresholds, network, lost)
        self._about(about, thresholds, isinstance(stream, SampleStream), why)
        device.ask(stream.start, stream.start)
        return stream, source.silent_after(SILENT)

    def _network(self, about: dict[str, str]) -> Network | None:
        """The board's network on this computer, if it is the same model.

        Asking the board instead fails where it is busy sending: an ATmega328P then keeps 31
        characters of the question's 52.
        """
        made = self._wanted.made
        if made is None or about.get("model") != made.model_hash or not tflm.available():
            return None
        return partial(tflm.run, made.tflite)

    def _too_slow(self, source: Source) -> str:
        fastest = source.fastest_hz(self._wanted.baud)
        if not is_serial(self._wanted.port) or source.rate_hz <= fastest:
            return ""
        return (
            f"The line is too slow for the samples: {self._wanted.baud} baud carry {fastest} Hz, "
            f"the board samples at {source.rate_hz} Hz. Raise the rate of the line, which is "
            "monitor_speed in platformio.ini and --baud here, or lower the board's."
        )

    def _other_windows(self, about: dict[str, str]) -> str:
        cfg = self._wanted.cfg
        mine = {"window": cfg.window.length, "hop": cfg.window.hop, "bands": cfg.features.bands}
        if all(about.get(name) == str(value) for name, value in mine.items()):
            return ""
        return (
            "The board's windows are not those of the model here: upload the firmware again, or "
            "name its model with --model."
        )

    def _about(self, about: dict[str, str], thresholds: str, here: bool, why: str) -> None:
        high, low = (int(word) / 256 for word in thresholds.split())
        known: dict[str, Any] = {
            name: about.get(name, "") for name in ("engine", "model", "firmware", "board", "sensor")
        }
        self._hub.publish(
            {
                "kind": "about",
                **known,
                "rate_hz": int(about["rate_hz"]),
                "raise": high,
                "clear": low,
                "mean_windows": self._wanted.cfg.alarm.mean_windows,
                "bound": self._wanted.cfg.alarm.cross_check,
                "judged_here": here,
                "why_no_spectrum": why,
                "can_follow": self._wanted.can_follow,
                "zones": self._zoned.as_json(),
            }
        )

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
                if line.startswith("# thrum "):
                    return
                heard = self._heard(device, stream, line, now, heard)
            if now - heard > silence and not self._silent:
                self._link("silent", "Connected, but nothing arrives that can be shown.")
            if stream.poll and now - polled > POLL:
                polled = now
                device.send(stream.poll)

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


def _end_of_program(error: LineError) -> tuple[str, str]:
    if isinstance(error, EndedError) and error.code == 0:
        return "ended", "The replay has ended; this is how it was."
    return "lost", f"The device is gone: {error}."


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000
