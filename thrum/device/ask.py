"""Asks a serial port who is there: our firmware, the boot loader of a Nano, or that of an ESP32.

Asking a boot loader resets the board, so only an upload does it. pyserial is imported when a port
is opened; everything else is the standard library.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Sequence
from typing import Any

from thrum.device.boards import Board, Port, bauds
from thrum.device.choose import Answer, opening_problem
from thrum.device.client import fields
from thrum.device.lines import LineBuffer, unseal

FIRMWARE_SECONDS = 2.5  # a Nano's boot loader waits for 1 to 2 s after the port was opened
LOADER_SECONDS = 1.0
REPEAT_SECONDS = 0.4
# STK500: "get synchronised"; the boot loader says "in sync, OK".
STK_SYNC, STK_IN_SYNC = b"0 ", b"\x14\x10"
STK_BAUDS = (115_200, 57_600)  # new and old boot loader of the Nano
# The ROM of an ESP32: a SYNC command in SLIP frames, and the begin of its answer.
ESP_SYNC = b"\xc0\x00\x08\x24\x00" + b"\x00" * 4 + b"\x07\x07\x12\x20" + b"\x55" * 32 + b"\xc0"
ESP_IN_SYNC = b"\xc0\x01\x08"
ESP_BAUD = 115_200
ESP_GREETING = re.compile(rb"rst:0x|ets \w{3} +\d|ESP-ROM")  # of its ROM, after a reset


def ask(port: Port, boards: Sequence[Board], loaders: bool = True) -> Answer:
    """Who is at the port. boards: those it may be; loaders: reset it to ask its boot loader."""
    try:
        for baud in bauds(boards):
            environment = ask_firmware(port.device, baud)
            if environment:
                return Answer(environment=environment)
        kinds = {board.loader for board in boards} - {""} if loaders else set()
        alone = len([board for board in boards if not board.variant]) == 1 and port.usb
        return Answer() if alone else _ask_loaders(port.device, sorted(kinds))
    except OSError as error:
        return Answer(problem=opening_problem(error))
    except ValueError as error:  # of a URL
        return Answer(problem=str(error))


def list_ports() -> list[Port]:
    """The serial ports that pyserial finds, those on USB first."""
    from serial.tools.list_ports import comports

    ports = [
        Port(item.device, f"{item.vid:04X}:{item.pid:04X}" if item.vid else "", item.description)
        for item in comports()
    ]
    return sorted(ports, key=lambda port: (not port.usb, port.device))


def ask_firmware(device: str, baud: int) -> str:
    """The environment that our firmware names at this rate; empty if it does not answer."""
    with opened(device, baud) as line:
        buffer = LineBuffer()
        for data in _answers(line, b"\n?\n", FIRMWARE_SECONDS):
            for text in buffer.push(data):
                payload = unseal(text)
                if payload and payload.startswith("!id "):
                    return fields(payload).get("board", "")
    return ""


@contextlib.contextmanager
def opened(device: str, baud: int) -> Iterator[Any]:
    """The port, opened for a moment. OSError if that is impossible, ValueError for a bad URL."""
    import serial

    options = {} if "://" in device else {"exclusive": True}
    line = serial.serial_for_url(device, baud, timeout=0.05, write_timeout=1.0, **options)
    try:
        yield line
    finally:
        line.close()


def _ask_loaders(device: str, kinds: Sequence[str]) -> Answer:
    if "stk500" in kinds:
        for baud in STK_BAUDS:
            if _nanos(device, baud):
                return Answer(loader="stk500", loader_baud=baud)
    if "esp" in kinds and _esp32s(device):
        return Answer(loader="esp", loader_baud=ESP_BAUD)
    return Answer()


def _nanos(device: str, baud: int) -> bool:
    """Whether the boot loader of an Arduino Nano answers at this rate, after a reset."""
    with opened(device, baud) as line:
        _set(line, dtr=False, rts=False)
        time.sleep(0.1)
        _set(line, dtr=True, rts=True)
        return _hears(line, STK_SYNC, STK_IN_SYNC)


def _esp32s(device: str) -> bool:
    """Whether the ROM of an ESP32 answers, after a reset into its boot loader."""
    with opened(device, ESP_BAUD) as line:
        _set(line, dtr=False, rts=True)  # reset
        time.sleep(0.1)
        _set(line, dtr=True, rts=False)  # start in the boot loader
        time.sleep(0.05)
        _set(line, dtr=False, rts=False)
        return _hears(line, ESP_SYNC, ESP_IN_SYNC, ESP_GREETING)


def _hears(
    line: Any, question: bytes, answer: bytes, greeting: re.Pattern[bytes] | None = None
) -> bool:
    heard = b""
    for data in _answers(line, question, LOADER_SECONDS, LOADER_SECONDS / 10):
        heard = heard[-4096:] + data
        if answer in heard or (greeting and greeting.search(heard)):
            return True
    return False


def _answers(
    line: Any, question: bytes, seconds: float, repeat: float = REPEAT_SECONDS
) -> Iterator[bytes]:
    """Bytes that come within this many seconds, while the question is repeated."""
    end, again = time.monotonic() + seconds, 0.0
    while (now := time.monotonic()) < end:
        if now >= again:
            with contextlib.suppress(OSError):  # a full line: nobody reads there
                line.write(question)
            again = now + repeat
        data = line.read(256)
        if data:
            yield data


def _set(line: Any, dtr: bool, rts: bool) -> None:
    """Set the control lines, which a pseudo terminal and a socket do not have."""
    with contextlib.suppress(OSError):
        line.dtr = dtr
        line.rts = rts
