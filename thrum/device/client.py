"""The serial line to a board, from the host's side: lib/vibration/PROTOCOL.md in Python.

A Device asks one question at a time, repeats it when a line was damaged, and names what is wrong
with a device that is silent, resets or babbles.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from thrum.device.lines import LineBuffer, seal, unseal

BABBLE_BYTES = 65_536  # without the answer among them
_BOOT = "# thrum "
_DAMAGED = (1, 2, 3)  # error codes that damage on the way down can cause


class LineError(ValueError):
    """The device does not answer as it should; the message says how and what to do."""


class RefusedError(LineError):
    """The device answered with an error line; `code` is its number."""

    def __init__(self, request: str, code: int, sentence: str) -> None:
        super().__init__(f"the device refused {request!r}: {sentence} (error {code})")
        self.code = code


class NoDeviceError(LineError):
    """The program that stands for a device cannot run here; something it needs is missing."""


class EndedError(LineError):
    """The program that stands for a device has ended, with this exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the program ended with exit code {code}; see what it said")
        self.code = code


class LostAnswerError(LineError):
    """An answer was damaged, and the question cannot be repeated."""


class Transport(Protocol):
    """Bytes to and from a device."""

    def write(self, data: bytes) -> None:
        """Send all of it."""

    def read(self, seconds: float) -> bytes:
        """Bytes that have arrived; waits at most this many seconds for the first one."""

    def close(self) -> None:
        """End the connection."""


def encode(data: bytes) -> str:
    """Base64."""
    return base64.b64encode(data).decode("ascii")


def decode(text: str) -> bytes:
    """Base64, or LineError."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise LineError(f"not base64: {text!r}") from None


def fields(answer: str) -> dict[str, str]:
    """The name:value words of an answer."""
    return dict(word.split(":", 1) for word in answer.split() if ":" in word)


class Device:
    """A board or program with our firmware. `listen` gets every line that answers no question."""

    def __init__(
        self,
        transport: Transport,
        seconds: float = 2.0,
        tries: int = 4,
        listen: Callable[[str], None] | None = None,
    ) -> None:
        self._transport = transport
        self._seconds = seconds
        self._tries = tries
        self._listen = listen or (lambda line: None)
        self._buffer = LineBuffer()
        self._lines: list[str] = []
        self._received = 0  # bytes
        self._connected = False
        self.about: dict[str, str] = {}  # what the device says of itself, once connected
        self.repeated = 0  # questions that had to be asked again

    @classmethod
    def open(
        cls,
        port: str | None = None,
        baud: int = 115_200,
        command: Sequence[str] = (),
        seconds: float = 2.0,
    ) -> Device:
        """The device at a port or pyserial URL, or the program `command` that is one.

        baud: bits a second. seconds: that an answer may take. LineError if it cannot be opened.
        """
        from thrum.device.transport import Connection

        return cls(Connection(port, baud, command).open(), seconds)

    def __enter__(self) -> Device:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def connect(self) -> dict[str, str]:
        """Wait for the device and return what it says of itself."""
        self.tell()
        answers = self.ask("?", "id", "source")
        self._connected = True
        self.about = fields(" ".join(answers))
        return self.about

    def ask(self, payload: str, *kinds: str, repeatable: bool = True) -> list[str]:
        """Send a request; return the answers of these kinds, without the kind.

        A kind may be a whole answer, such as "w 24": only that one will do.
        """
        for attempt in range(self._tries):
            if attempt:
                self.repeated += 1
                self._drain()
            self.send(payload)
            try:
                return [self._answer(payload, kind) for kind in kinds]
            except RefusedError as error:
                if error.code not in _DAMAGED:
                    raise
                last: LineError = error
            except _DamagedError as error:
                if not repeatable:
                    raise LostAnswerError(str(error)) from None
                last = error
        raise LineError(f"{last}; tried {self._tries} times")

    def send(self, payload: str) -> None:
        """Send a sealed line without waiting."""
        self._transport.write(seal(payload).encode("ascii") + b"\n")

    def tell(self) -> None:
        """Send an empty line: a sign of life, which has no answer."""
        self._transport.write(b"\n")

    def refusal(self, data: bytes) -> int:
        """Send bytes as they are; return the code of the error that answers them."""
        request = data[:20].decode("ascii", "replace")
        for _ in range(self._tries):
            self._transport.write(data)
            try:
                self._answer(request, "error")
            except RefusedError as error:
                return error.code
            except _DamagedError as error:
                last: LineError = error
                self._drain()
        raise last

    def next_line(self, seconds: float) -> str | None:
        """The next line, or None when none came in time."""
        end = time.monotonic() + seconds
        while not self._lines:
            left = end - time.monotonic()
            if left <= 0:
                return None
            data = self._transport.read(left)
            self._received += len(data)
            self._lines += self._buffer.push(data)
        return self._lines.pop(0)

    def close(self) -> None:
        """End the connection."""
        self._transport.close()

    def _answer(self, request: str, kind: str) -> str:
        end = time.monotonic() + self._seconds
        before = self._received
        while True:
            line = self.next_line(end - time.monotonic())
            heard = self._received - before
            if heard > BABBLE_BYTES:
                raise LineError(
                    f"the device babbles: {heard} characters without an answer to "
                    f"{request!r}; check the baud rate and the firmware"
                )
            if line is None:
                raise _DamagedError(self._silence(request, heard))
            if line.startswith("!"):
                payload = self._checked(request, line)
                if payload == kind or payload.startswith(f"{kind} "):
                    return payload.partition(" ")[2]
            elif self._connected and line.startswith(_BOOT):
                raise LineError(
                    "the device has reset in the middle of an exchange; check its "
                    "supply, or its stack"
                )
            else:
                self._listen(line)

    def _checked(self, request: str, line: str) -> str:
        payload = unseal(line)
        if payload is None:
            raise _DamagedError(f"damaged answer to {request!r}: {line[:60]!r}")
        kind, _, rest = payload[1:].partition(" ")
        if kind == "error":
            code, _, sentence = rest.partition(" ")
            if not code.isdecimal():
                raise LineError(f"not an answer to {request!r} that PROTOCOL.md knows: {payload!r}")
            raise RefusedError(request, int(code), sentence)
        return payload[1:]

    def _silence(self, request: str, heard: int) -> str:
        words = f"no answer to {request!r} within {self._seconds:g} s"
        if heard:
            return f"{words}, only {heard} other characters; is this Thrum's firmware and its rate?"
        return f"{words}; is the board powered, the port right, the firmware running?"

    def _drain(self) -> None:
        """Let a late answer to the last try pass."""
        end = time.monotonic() + self._seconds
        while time.monotonic() < end and self.next_line(0.1) is not None:
            pass


class _DamagedError(LineError):
    """The answer was damaged: ask again."""
