"""Live view of Thrum's telemetry for `pio device monitor` (monitor_filters = thrum).

One line that renews itself: state, score, deviation, vibration, windows a second, lost samples.
Changes of state stay above it with their time. Everything else passes through untouched, and where
output is not a terminal, or NO_COLOR is set, the view does without control sequences.
How many samples are lost a board says only when it is asked: once, and again after a fault.
Before the port is opened, the filter finds it and its baud where the user has given none
(thrum/device/listen.py); characters of a wrong baud are named as such.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from platformio.device.monitor.filters.base import DeviceMonitorFilterBase
from platformio.exception import UserSideException

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # PlatformIO's Python does not know it
try:
    from thrum.device import listen, words
    from thrum.device.lines import FRAME, LOST, STARTS, STATUS, unseal
    from thrum.states import State
finally:
    sys.path.remove(str(ROOT))

LONGEST = 160  # characters that may wait for the end of their line
PATIENCE = 1.0  # seconds that they may wait: a prompt has no end

# Of a terminal, by ANSI's numbers: cyan, green, bold red, yellow, grey, cyan.
COLOURS = {
    State.LEARNING: "36",
    State.OK: "32",
    State.ALARM: "1;31",
    State.FAULT: "33",
    State.IDLE: "90",
    State.GATHERING: "36",
}
CLEAR = "\r\x1b[K"
BAR = 20
EARLY = 1000  # characters


class Thrum(DeviceMonitorFilterBase):  # type: ignore[misc]  # PlatformIO is untyped
    """The filter; PlatformIO creates it and calls rx with whatever has arrived."""

    NAME = "thrum"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._terminal = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self._held = ""  # the beginning of a line that may be ours
        self._passing = False  # in the middle of a line that is not
        self._lock = threading.Lock()
        self._waiting: threading.Timer | None = None
        self._view = ""  # shown in the last line of the terminal
        self._rate = Rate()
        self._lost = "?"
        self._questions = Questions()
        self._early = ""  # what came first: unreadable at a wrong baud
        if "thrum" in (self.options.get("filters") or ()):
            self._find_the_board()

    def _find_the_board(self) -> None:
        """Fill in the port and the baud that the monitor is about to open."""
        platforms = Path(self.config.get("platformio", "platforms_dir"))
        try:
            listen.prepare(self.options, Path(self.config.path), platforms, _say)
        except ValueError as error:
            raise UserSideException(f"thrum: {error}") from None

    def rx(self, text: str) -> str:
        """Text to show for text that was received. Never raises, never loses foreign text."""
        shown = ""
        with self._lock:
            for piece in text.splitlines(keepends=True):
                try:
                    shown += self._piece(piece)
                except Exception:  # noqa: PERF203 (a monitor outlives its own mistakes)
                    shown += self._held + piece
                    self._held = ""
            self._wait()
        return shown + self._warning(text)

    def _warning(self, text: str) -> str:
        """A word about a wrong baud, once, among the first characters."""
        if len(self._early) >= EARLY:
            return ""
        self._early += text
        if not listen.is_garbage(self._early):
            return ""
        self._early = " " * EARLY
        baud = self.options.get("baud")
        return f"\r\n--- this cannot be read at {baud} baud: leave -b out, or give another rate\r\n"

    def _wait(self) -> None:
        """Show what is held if its line does not end soon."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        if self._held:
            self._waiting = threading.Timer(PATIENCE, self._release)
            self._waiting.daemon = True
            self._waiting.start()

    def _release(self) -> None:
        terminal = self.get_running_terminal()
        with self._lock:
            if (
                terminal is None
                or not self._held
                or self._waiting is not threading.current_thread()
            ):
                return
            if terminal.serial.in_waiting:
                self._wait()  # the rest is here, and rx will have it
                return
            text, self._held, self._passing = self._clear() + self._held, "", True
            filters = terminal.rx_transformations
            for later in filters[filters.index(self) + 1 :]:
                text = later.rx(text)
            terminal.console.write(text)

    def _piece(self, piece: str) -> str:
        """One line, or the part of one that has arrived."""
        if self._passing:
            self._passing = not piece.endswith("\n")
            return piece
        self._held += piece
        if self._held.endswith("\n"):
            line, self._held = self._held, ""
            return self._line(line)
        if len(self._held) < LONGEST and _may_be_ours(self._held):
            return ""
        text, self._held, self._passing = self._held, "", True
        return self._clear() + text

    def _line(self, line: str) -> str:
        said = line.rstrip("\r\n")
        frame = FRAME.fullmatch(said)
        if frame:
            return self._show(*frame.groups())
        lost = LOST.fullmatch(unseal(said) or "")
        if lost:
            self._lost = lost[1] or lost[2]
            if said.startswith(STATUS) and self._questions.answered():
                return ""
        told = words.explained(said)
        text = self._event(*told) + "\n" if told else line
        return self._clear() + text + self._view

    def _event(self, state: State, text: str) -> str:
        return self._paint(state, f"{time.strftime('%H:%M:%S')}  {text}")

    def _show(self, mean: str, z: str, rms: str, mm_s: str | None, number: str) -> str:
        state, score = State(int(number)), float(mean)
        filled = min(BAR, round(BAR * score))
        now = time.monotonic()
        per_second = self._rate.next(now)
        if self._questions.due(now, fault=state is State.FAULT):
            self._ask()
        bar = "█" * filled + "░" * (BAR - filled)
        view = (
            f"{state.word:8} {bar} {score:.2f}  {float(z):5.2f} sigma"
            f"  {rms:>5} mg  {_velocity(mm_s)}{per_second:4.1f}/s  lost {self._lost}"
        )
        if not self._terminal:
            return view + "\n"
        columns = _columns()
        self._view = self._paint(state, view[: columns - 1])
        return CLEAR + self._view

    def _ask(self) -> None:
        terminal = self.get_running_terminal()
        if terminal is not None:
            terminal.serial.write(b"status\n")

    def _paint(self, state: State, text: str) -> str:
        return f"\x1b[{COLOURS[state]}m{text}\x1b[0m" if self._terminal else text

    def _clear(self) -> str:
        return CLEAR if self._view else ""


class Rate:
    """Windows a second, smoothed over about eight of them."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._mean = 0.0

    def next(self, now: float) -> float:
        """Count a window at this time in seconds; return the rate."""
        if self._last is not None:
            step = max(now - self._last, 1e-3)
            self._mean += (step - self._mean) / 8 if self._mean else step
        self._last = now
        return 1 / self._mean if self._mean else 0.0


class Questions:
    """When to ask the board for its status."""

    LEAST = 5.0  # seconds between two
    MOST = 3  # without an answer: the line down may not be connected

    def __init__(self) -> None:
        self._wanted = True
        self._asked_at = -self.LEAST  # s, monotonic
        self._unanswered = 0

    def due(self, now: float, fault: bool) -> bool:
        """Whether to ask at this window, which may be a fault."""
        self._wanted = self._wanted or fault or self._unanswered > 0
        soon = now - self._asked_at < self.LEAST
        if not self._wanted or soon or self._unanswered >= self.MOST:
            return False
        self._wanted, self._asked_at = False, now
        self._unanswered += 1
        return True

    def answered(self) -> bool:
        """Whether the status that has come is an answer to this."""
        asked = self._unanswered > 0
        self._unanswered = 0
        return asked


def _say(words: str) -> None:
    print(f"--- {words}", flush=True)


def _may_be_ours(text: str) -> bool:
    return any(start.startswith(text) or text.startswith(start) for start in STARTS)


def _velocity(mm_s: str | None) -> str:  # old firmware does not tell it
    return "" if mm_s is None else f"{float(mm_s):5.2f} mm/s  "


def _columns() -> int:
    try:
        return os.get_terminal_size(1).columns or 100
    except (OSError, ValueError, AttributeError):
        return 100
