"""Requests of the page to the board: learn again, another threshold.

They go between the lines that arrive all the time, so that no sample and no verdict is lost: the
device's thread sends next() and shows each line to heard(); ask() waits for that in another thread.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field

from thrum.device.lines import unseal

PATIENCE = 3.0  # seconds for an answer; then the request is sent again
TRIES = 3
LEAST, MOST = 0.05, 0.99  # thresholds that the page may set
Answer = tuple[int, str]  # an HTTP status and a sentence


class CommandError(ValueError):
    """The request makes no sense; the message says what would."""


@dataclass(eq=False)
class Command:
    """A request that waits for its turn or its answer."""

    kind: str  # of the answer: learn, t
    request: str
    done: threading.Event = field(default_factory=threading.Event)
    answer: Answer = (504, "The board has not answered. Try again.")
    sent: int = 0  # how often
    at: float = 0.0  # when sent last


class Commands:
    """Of one board. Nothing waits for a board that is away: it is refused at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Command] = deque()
        self._connected = False
        self.thresholds = (0, 0)  # raise and clear, Q8, as the board has them

    def connected(self, thresholds: tuple[int, int]) -> None:
        """The board has answered and takes requests."""
        with self._lock:
            self.thresholds, self._connected = thresholds, True

    def gone(self) -> None:
        """The board is away; who waits is told."""
        with self._lock:
            self._connected = False
            for command in self._waiting:
                command.answer = (409, "The connection to the board was lost. Try again.")
                command.done.set()
            self._waiting.clear()

    def ask(self, name: str, value: str = "") -> Answer:
        """Carry out a request and wait for the board's answer."""
        try:
            command = self._made(name, value)
        except CommandError as error:
            return 400, str(error)
        with self._lock:
            if not self._connected:
                return 409, "The board is not connected."
            self._waiting.append(command)
        command.done.wait(PATIENCE * (TRIES + 1))
        with self._lock:
            if command in self._waiting:
                self._waiting.remove(command)
        return command.answer

    def _made(self, name: str, value: str) -> Command:
        if name == "learn":
            return Command("learn", "learn")
        if name == "threshold":
            return Command("t", self._threshold(value))
        raise CommandError(f"{name[:20]!r} is not known; known: learn, threshold, acknowledge")

    def _threshold(self, value: str) -> str:
        """The score that ends an alarm keeps its share of the one that raises it."""
        try:
            wanted = float(value)
        except ValueError:
            wanted = float("nan")
        if not LEAST <= wanted <= MOST:
            raise CommandError(f"{value[:20]!r} is not a score from {LEAST} to {MOST}")
        raised, cleared = self.thresholds
        new = max(1, min(255, round(wanted * 256)))
        return f"t {new} {round(cleared * new / max(1, raised))}"

    def next(self, now: float) -> str | None:
        """The line to send, if one is due. now: a monotonic time in seconds."""
        with self._lock:
            if not self._waiting:
                return None
            first = self._waiting[0]
            if first.sent and now - first.at < PATIENCE:
                return None
            if first.sent == TRIES:
                self._waiting.popleft().done.set()
                return None
            first.sent, first.at = first.sent + 1, now
            return first.request

    def heard(self, line: str) -> str:
        """Take a line of the board; the kind of the request that it answers, or nothing."""
        payload = unseal(line) if line.startswith("!") else None
        with self._lock:
            if payload is None or not self._waiting or not self._waiting[0].sent:
                return ""
            first, (kind, _, rest) = self._waiting[0], payload[1:].partition(" ")
            if kind == "error":
                first.answer = (502, f"The board refused: {rest.partition(' ')[2]}.")
            elif kind == first.kind:
                first.answer = (200, self._words(kind, rest))
            else:
                return ""
            self._waiting.popleft().done.set()
        return kind if kind == first.kind else ""

    def _words(self, kind: str, rest: str) -> str:
        if kind == "learn":
            return f"The board learns the machine again, {rest} windows."
        high, low = (int(word) for word in rest.split())
        self.thresholds = (high, low)
        return (
            f"Alarm from a score of {high / 256:.2f} on, ended below {low / 256:.2f}; "
            "kept until the board restarts."
        )
