"""Keeps the raw samples of a board coming: it ends the stream of a host that it does not hear."""

from __future__ import annotations

import time

from thrum.device.client import Device, LineError

EVERY = 1.0  # seconds between signs of life; a board waits 5 (kRawTimeoutMs in src/commands)
_TELEMETRY = "anomaly:"


class StoppedError(LineError):
    """The board judges again, although nobody told it to."""

    def __init__(self) -> None:
        super().__init__(
            "the board has stopped to stream and judges again: this computer was asleep or busy "
            "for more than 5 s"
        )


class RawStream:
    """The lines of a board that streams, from begin() to end(); next_line() keeps it up."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._told = time.monotonic()

    def begin(self) -> None:
        """Let it stream. LineError if it does not."""
        self._device.ask("raw 1", "raw 1")
        self._told = time.monotonic()

    def end(self) -> None:
        """Let it judge again."""
        self._device.ask("raw 0", "raw 0")

    def next_line(self, seconds: float) -> str | None:
        """As Device.next_line; tells the board every second that it is heard.

        StoppedError if the board has given up.
        """
        end = time.monotonic() + seconds
        while True:
            self.keep_up()
            left = end - time.monotonic()
            line = self._device.next_line(max(0.0, min(left, EVERY)))
            if line is not None and line.startswith(_TELEMETRY):
                raise StoppedError
            if line is not None or left <= EVERY:
                return line

    def keep_up(self) -> None:
        """Tell the board that it is heard, if the last time was a second ago."""
        now = time.monotonic()
        if now - self._told >= EVERY:
            self._told = now
            self._device.tell()
