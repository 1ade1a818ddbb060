"""Connections to a device: a port or URL that pyserial opens, or stdin and stdout of a program."""

from __future__ import annotations

import errno
import os
import select
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from thrum.device.client import EndedError, LineError, NoDeviceError, Transport

_CHUNK = 4096
_CANNOT = 77  # exit code of a program that lacks something, as in Automake's tests
_PATIENCE = 10.0  # seconds for a device that was started to open its port
_NO_DEVICE = (
    "no device: pass --port PORT, such as /dev/ttyUSB0 or socket://host:port, or -- and the "
    "command that starts one"
)
_WRITE_SECONDS = 5.0  # a hung device may leave a line of USB full


@dataclass(frozen=True)
class Connection:
    """Address of a device: a port, a program that is the device, or both.

    With both, the program is started first and opens what `port` names.
    """

    port: str | None = None  # such as /dev/ttyUSB0, or a URL of pyserial
    baud: int = 115_200  # bits a second; a socket and a program ignore it
    command: Sequence[str] = ()

    def open(self, patience: float = 0.0) -> Transport:
        """Open it; LineError says why it cannot be opened. patience: see SerialTransport."""
        if self.port:
            return SerialTransport(self.port, self.baud, self.command, patience)
        if self.command:
            return ProgramTransport(self.command)
        raise LineError(_NO_DEVICE)

    def check(self) -> None:
        """LineError if it names no device at all."""
        if not self.port and not self.command:
            raise LineError(_NO_DEVICE)


def is_serial(port: str | None) -> bool:
    """Whether the baud rate limits what arrives; a program and a socket have none."""
    return port is not None and not port.startswith("socket://")


class SerialTransport:
    """A serial port, a pty or any of pyserial's URLs; `command` starts the device behind it.

    patience: seconds that a port may take to appear where nothing is started.
    """

    def __init__(
        self, port: str, baud: int, command: Sequence[str] = (), patience: float = 0.0
    ) -> None:
        import serial

        self._gone = (serial.SerialException, OSError)
        self._program = subprocess.Popen(command, stdin=subprocess.DEVNULL) if command else None
        self._is_url = "://" in port
        options: dict[str, Any] = {"timeout": 0, "write_timeout": _WRITE_SECONDS}
        if not self._is_url:
            options["exclusive"] = True
        end = time.monotonic() + (_PATIENCE if command else patience)
        while True:
            try:
                self._port: Any = serial.serial_for_url(port, baud, **options)
                return
            except self._gone as error:  # noqa: PERF203 (a retry)
                if time.monotonic() > end:
                    raise LineError(f"cannot open {port}: {error}{_remedy(error)}") from None
                time.sleep(0.05)
            except ValueError as error:  # of a URL
                raise LineError(f"cannot open {port}: {error}") from None

    def write(self, data: bytes) -> None:
        """Send all of it."""
        try:
            self._port.write(data)
        except self._gone as error:
            raise LineError(f"the connection is gone: {error}") from None

    def read(self, seconds: float) -> bytes:
        """Bytes that have arrived; waits at most this many seconds for the first one."""
        try:
            self._port.timeout = max(0.0, seconds)
            first = self._port.read(1)
            if not first:
                return b""
            if self._is_url:  # pyserial does not know how much waits in a socket
                self._port.timeout = 0
                return bytes(first + self._port.read(_CHUNK))
            return bytes(first + self._port.read(self._port.in_waiting))
        except self._gone as error:
            raise LineError(f"the connection is gone: {error}") from None

    def close(self) -> None:
        """Close the port and end the device that was started."""
        self._port.close()
        if self._program is not None:
            self._program.kill()
            self._program.wait()


def _remedy(error: OSError) -> str:
    words = str(error)
    if error.errno == errno.ENOENT and "://" not in words:
        return "; `pio device list` shows the ports that there are"
    if "exclusively lock" in words or "Access is denied" in words or error.errno == errno.EBUSY:
        return ": another program has it, such as a monitor; end that"
    if error.errno == errno.EACCES:
        return ": you may not use it; on Linux: sudo usermod -aG dialout $USER, then log in again"
    return ""


class ProgramTransport:
    """A program that is a device, such as the native firmware with --serve."""

    def __init__(self, command: Sequence[str]) -> None:
        try:
            self._program = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
            )
        except OSError as error:
            raise LineError(f"cannot start {command[0]}: {error.strerror}") from None

    def write(self, data: bytes) -> None:
        """Send all of it."""
        try:
            assert self._program.stdin is not None
            self._program.stdin.write(data)
        except OSError:
            raise self._ended() from None

    def read(self, seconds: float) -> bytes:
        """Bytes that have arrived; waits at most this many seconds for the first one."""
        assert self._program.stdout is not None
        pipe = self._program.stdout.fileno()
        if not select.select([pipe], [], [], max(0.0, seconds))[0]:
            return b""
        data = os.read(pipe, _CHUNK)
        if not data:
            raise self._ended()
        return data

    def close(self) -> None:
        """Close the input of the program; kill it if it does not end within 2 s."""
        if self._program.stdin is not None:
            self._program.stdin.close()
        try:
            self._program.wait(2.0)
        except subprocess.TimeoutExpired:
            self._program.kill()
            self._program.wait()

    def _ended(self) -> LineError:
        try:
            code = self._program.wait(5.0)
        except subprocess.TimeoutExpired:
            return LineError("the program closed its output")
        ended = EndedError(code)
        return NoDeviceError(str(ended)) if code == _CANNOT else ended
