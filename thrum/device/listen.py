"""Finds the port and the baud rate of a board for `pio device monitor`.

monitor/filter_thrum.py is the user. pyserial is imported when a port is opened; everything else is
the standard library.
"""

from __future__ import annotations

import contextlib
import re
import sys
import time
from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any

from thrum.device import ask
from thrum.device.boards import BRIDGES, Board, Port, bauds, read_boards, with_manifests
from thrum.device.choose import CHECKS, NoBoardError, opening_problem

PORT_SECONDS = 2.0  # after an upload a board of native USB needs them
LISTEN_SECONDS = 3.0  # a rate: a Nano starts for up to 2 s, a window takes up to 1.3 s
QUIET_SECONDS = 0.6  # before a board is asked: it may speak by itself
SHORTEST_LINE = 4  # characters
ENOUGH = 48  # bytes that say what a rate is worth
READABLE = 0.9  # part of the characters at the right rate; at a wrong one it is about 0.5
# Lines of our firmware: telemetry, words for people, answers.
OURS = re.compile(rb"(?m)^(anomaly:\d|# (thrum|learning|ok|alarm|fault|idle|stopped)\b|![a-z]+ )")

Say = Callable[[str], None]


def prepare(options: MutableMapping[str, Any], ini: Path, platforms: Path, say: Say) -> None:
    """Fill in the monitor's port and baud where the user has given none.

    options: PlatformIO's, of `pio device monitor`; platforms: PlatformIO's folder. NoBoardError
    where there is no board, or more than one.
    """
    boards = with_manifests(read_boards(ini), platforms)
    own = [board for board in boards if board.environment == options.get("environment")]
    known = own or boards
    if not options.get("port"):
        options["port"] = _wait_for_port(known).device
    device = str(options["port"])
    if "://" in device or _typed(sys.argv, "-b", "--baud"):
        return
    port = next((p for p in ask.list_ports() if p.device == device), Port(device))
    if port.usb and port.usb not in BRIDGES.values():
        return  # USB of its own has no rate
    options["baud"] = find_baud(device, _in_order(int(options["baud"]), bauds(boards)), say)


def port_to_listen(boards: Sequence[Board], ports: Sequence[Port]) -> Port:
    """The one port that may be a board's; NoBoardError with what to type otherwise."""
    found = [port for port in ports if port.usb and any(board.fits(port) for board in boards)]
    if len(found) == 1:
        return found[0]
    if found:
        commands = [f"  pio device monitor --port {port.device}" for port in found]
        raise NoBoardError("\n  ".join([f"{len(found)} boards are plugged in. Type:", *commands]))
    others = [port for port in ports if port.usb]
    lines = ["no board is plugged in.", *CHECKS]
    lines += [f"  or type: pio device monitor --port {port.device}" for port in others]
    raise NoBoardError("\n  ".join(lines))


def find_baud(device: str, rates: Sequence[int], say: Say) -> int:
    """The rate at which our firmware speaks, or else somebody; the first one without any.

    An ESP32's ROM says readable things at 115,200 baud, whatever rate its firmware has. say: gets a
    word for the user.
    """
    garbage, others = [], []
    for rate in rates:
        try:
            heard = _listen(device, rate)
        except (OSError, ValueError) as error:
            problem = opening_problem(error) if isinstance(error, OSError) else str(error)
            raise NoBoardError(f"cannot open {device}: {problem}") from None
        if is_readable(heard) and not OURS.search(heard):
            others.append(rate)
        elif is_readable(heard):
            if rate != rates[0]:
                say(f"the board talks at {rate} baud, not {rates[0]}")
            return rate
        garbage += [str(rate)] if len(heard) >= ENOUGH else []
    if others:
        return others[0]
    tried = " and ".join(map(str, rates))
    if garbage:
        say(
            f"{device} sends characters, but none that can be read at {tried} baud: give its "
            "firmware's rate with -b RATE, or upload Thrum's firmware"
        )
    else:
        say(f"{device} has said nothing at {tried} baud: is Thrum's firmware uploaded?")
    return rates[0]


def is_readable(heard: bytes) -> bool:
    """Whether a line of text is among these bytes, and hardly anything else.

    The first line may have begun before the port was opened, and noise of a start precedes it.
    """
    _, _, rest = heard.partition(b"\n")
    lines = [line.strip(b"\r") for line in heard.split(b"\n")[:-1]]
    good = any(len(line) >= SHORTEST_LINE and _is_text(line) == 1.0 for line in lines)
    return good and _is_text(rest or heard) >= READABLE


def is_garbage(text: str) -> bool:
    """Whether decoded text looks like that of a wrong rate."""
    strange = sum(c == "\ufffd" or not (c.isprintable() or c.isspace()) for c in text)
    return len(text) >= ENOUGH and strange > len(text) / 4


def _is_text(data: bytes) -> float:
    """Part of the bytes that are printable ASCII or ends of lines."""
    return sum(32 <= byte < 127 or byte in b"\r\n\t" for byte in data) / max(1, len(data))


def _listen(device: str, rate: int) -> bytes:
    """Bytes that come at this rate, until it is clear whether they are text."""
    heard = b""
    with ask.opened(device, rate) as line:
        start = again = time.monotonic()
        while time.monotonic() - start < LISTEN_SECONDS:
            heard += line.read(256)
            if OURS.search(heard) and is_readable(heard):
                break
            if len(heard) >= 4 * ENOUGH and _is_text(heard) < READABLE / 2:
                break
            if time.monotonic() - again > QUIET_SECONDS:
                again = time.monotonic()
                with contextlib.suppress(OSError):
                    line.write(b"\n?\n")
    return heard


def _wait_for_port(boards: Sequence[Board]) -> Port:
    end = time.monotonic() + PORT_SECONDS
    while True:
        ports = ask.list_ports()
        try:
            return port_to_listen(boards, ports)
        except NoBoardError:
            if time.monotonic() > end:
                raise
        time.sleep(0.2)


def _in_order(first: int, rates: Sequence[int]) -> list[int]:
    return list(dict.fromkeys([first, *rates]))


def _typed(words: Sequence[str], *options: str) -> bool:
    """Whether the user has given one of these options."""
    return any(word.startswith(options) for word in words[1:])
