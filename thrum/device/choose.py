"""Which board is plugged in, and where? The decision, apart from ports and serial lines.

Every port on USB that a board may have is asked; what cannot be told apart is left to the user,
with the commands to type. Standard library only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from thrum.device.boards import Board, Port

PERMISSION = "you may not use it: on Linux type sudo usermod -aG dialout $USER, then log in again"
CHECKS = (
    "Check the cable (many carry power only: try one that has carried data) and the plug.",
    "Check the driver: Windows and macOS need one for a CP210x or CH340 bridge, Linux has them.",
    "Check that you may use the port: on Linux sudo usermod -aG dialout $USER, then log in again;",
    "  a container, a virtual machine and WSL must be handed the USB device first.",
)


@dataclass(frozen=True)
class Answer:
    """The answer of a port to a question."""

    environment: str = ""  # of our firmware, which says it
    loader: str = ""  # protocol of the boot loader that answered
    loader_baud: int = 0  # and its rate
    problem: str = ""  # why the port could not be opened


@dataclass(frozen=True)
class Choice:
    """The board to upload to, or to listen to."""

    board: Board
    port: Port
    reason: str  # how it was recognised


class NoBoardError(ValueError):
    """There is no board, or more than one; the text says what to type."""


Ask = Callable[[Port, Sequence[Board]], Answer]


def choose(boards: Sequence[Board], ports: Sequence[Port], ask: Ask, device: str = "") -> Choice:
    """The one board that is plugged in, or the one at `device`, a port or a URL.

    ask: what a port answers. NoBoardError where there is none, or more than one.
    """
    candidates = _candidates(boards, ports, device)
    if not candidates:
        raise NoBoardError(_nothing(boards, ports))
    found = [_identify(port, boards, ask) for port in candidates]
    choices = [item for item in found if isinstance(item, Choice)]
    if len(found) == 1 and choices:
        return choices[0]
    raise NoBoardError(_undecided(found, device))


@dataclass(frozen=True)
class _Unknown:
    """A port whose board is not clear."""

    port: Port
    boards: Sequence[Board]  # that it may be
    problem: str


def _candidates(boards: Sequence[Board], ports: Sequence[Port], device: str) -> list[Port]:
    """Ports that a board of ours may have: on USB, or named by the user."""
    if device:
        return [next((port for port in ports if port.device == device), Port(device))]
    return [port for port in ports if port.usb and any(board.fits(port) for board in boards)]


def _identify(port: Port, boards: Sequence[Board], ask: Ask) -> Choice | _Unknown:
    fitting = [board for board in boards if board.fits(port)] or list(boards)
    answer = ask(port, fitting)
    for board in boards:
        if board.environment == answer.environment:
            return Choice(board, port, "its firmware says so")
    likely = [board for board in fitting if not board.variant]
    if len(likely) == 1 and not answer.problem and port.usb:
        return Choice(likely[0], port, "its USB identity")
    if answer.loader:
        loaded = [b for b in likely if b.loader == answer.loader]
        exact = [b for b in loaded if b.upload_baud in (0, answer.loader_baud)]
        chosen = exact if len(exact) == 1 or answer.loader == "stk500" else loaded
        if len(chosen) == 1:
            return Choice(chosen[0], port, "its boot loader answers")
    return _Unknown(port, likely, answer.problem)


def _nothing(boards: Sequence[Board], ports: Sequence[Port]) -> str:
    others = [port for port in ports if port.usb]
    lines = ["no board is plugged in: none of this computer's USB ports is one of a board here."]
    if others:
        lines = [
            "no board that this project knows is plugged in, only "
            + ", ".join(f"{port} with {port.usb}" for port in others)
            + "."
        ]
    lines += CHECKS
    device = others[0].device if len(others) == 1 else ""
    return "\n  ".join([*lines, "The command of each board:", *_commands(boards, device)])


def _undecided(found: Sequence[Choice | _Unknown], device: str) -> str:
    problems = [item for item in found if isinstance(item, _Unknown) and item.problem]
    if len(found) == 1 and problems:
        return f"cannot open {problems[0].port}: {problems[0].problem}"
    if len(found) == 1:
        head = f"{found[0].port}: this may be more than one kind of board, and it did not answer."
    else:
        head = f"{len(found)} boards may be plugged in. Say which one:"
    lines = [head]
    for item in found:
        may_be = [item.board] if isinstance(item, Choice) else item.boards
        if isinstance(item, _Unknown) and item.problem:
            lines.append(f"({item.port.device} cannot be opened: {item.problem})")
        lines += _commands(may_be, item.port.device)
    return "\n  ".join(lines)


def _commands(boards: Sequence[Board], device: str = "") -> list[str]:
    """The command to type, for each board."""
    port = f" --upload-port {device}" if device else ""
    return [f"  pio run -e {board.environment} -t upload{port}" for board in boards]


def opening_problem(error: OSError) -> str:
    """Why a port could not be opened, and what to do, in a few words."""
    words = str(error)
    denied = isinstance(error, PermissionError) or "Permission denied" in words
    if denied and sys.platform != "win32":
        return PERMISSION
    if denied or "exclusively lock" in words or "Access is denied" in words or "busy" in words:
        return "another program has it, such as a monitor: end that"
    return words
