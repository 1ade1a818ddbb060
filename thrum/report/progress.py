"""Progress on stderr: one line every 2 s while work takes longer than that."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType

Say = Callable[[str], None]

SILENT_S = 2.0  # before the first line, and between two lines


def silent(step: str) -> None:
    """Say nothing."""


class Progress:
    """`with Progress() as say: say("drawing")` prints the current step every 2 seconds."""

    def __init__(self, silent_s: float = SILENT_S) -> None:
        self._silent_s = silent_s
        self._due = time.monotonic() + silent_s
        self._waiting: threading.Timer | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._forget()

    def __call__(self, step: str) -> None:
        """Begin a step, named in a few words. It is printed if it still runs when a line is due."""
        self._forget()
        self._waiting = threading.Timer(self._due - time.monotonic(), self._print, [step])
        self._waiting.daemon = True
        self._waiting.start()

    def _print(self, step: str) -> None:
        self._due = time.monotonic() + self._silent_s
        print(f"  {step} ...", file=sys.stderr, flush=True)

    def _forget(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
