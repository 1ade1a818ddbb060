"""Signals that end a program: Ctrl+C, `kill`, or a terminal that is closed."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from typing import Any

# Windows lacks some of them.
_ENDS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextlib.contextmanager
def ended_by_hand() -> Iterator[None]:
    """The first signal that ends a program is a KeyboardInterrupt; the others are ignored."""
    before = {number: signal.signal(number, _interrupt) for number in _ENDS if not _nohup(number)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ignore_signals() -> None:
    """Ignore further signals, so that samples that arrived are still written."""
    for number in _ENDS:
        signal.signal(number, signal.SIG_IGN)


def _nohup(number: int) -> bool:
    """Whether the program is to outlive its terminal. SIGINT is ignored behind a shell's &, too."""
    return number != signal.SIGINT and signal.getsignal(number) is signal.SIG_IGN


def _interrupt(*_: Any) -> None:
    ignore_signals()
    raise KeyboardInterrupt
