"""Work on all processors by joblib, with progress and an estimate.

Whoever sets joblib.parallel_config (or DASK_SCHEDULER_ADDRESS, the address of a Dask scheduler)
chooses where it runs: this file knows no cluster. Results come in the order of their items, a few
at a time, so that memory does not grow with their number.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

Item = TypeVar("Item")
Result = TypeVar("Result")

SCHEDULER = "DASK_SCHEDULER_ADDRESS"  # Dask's own variable
_SHOWN_AFTER = 3.0  # seconds: what is shorter needs no progress
_TERMINAL, _LOG = 0.5, 30.0  # seconds between lines where somebody watches, and where nobody does


@dataclass(frozen=True)
class _Task:
    """Runs in a worker. Ctrl+C is sent to all processes of a terminal; only the first minds it."""

    function: Callable[[Any], Any]
    started_by: int

    def __call__(self, item: Any) -> Any:
        if os.getpid() != self.started_by:
            with contextlib.suppress(ValueError):  # a thread of a Dask worker
                signal.signal(signal.SIGINT, signal.SIG_IGN)
        return self.function(item)


def each(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    what: str,
    *,
    total: int | None = None,
    small: bool = False,
    most: int = 0,
) -> Iterator[Result]:
    """Apply a function to each item, in order. An error of one ends all.

    what: the items, in words, for the progress. total: their number, if they are made one by one.
    small: to start processes would take longer than
    the work. most: processes at a time, for the sake of memory; 0: as many as there are.
    """
    from joblib import delayed

    task = delayed(_Task(function, os.getpid()))
    count = total if total is not None else len(cast("Sequence[Item]", items))
    progress = Progress(what, count)
    with _parallel(small or count < 2, most) as run:
        for result in run(task(item) for item in items):
            progress.step()
            yield result


@contextlib.contextmanager
def _parallel(small: bool, most: int) -> Iterator[Any]:
    """A joblib.Parallel: where it was chosen to run, else here, in one process or in many."""
    from joblib import Parallel, parallel, parallel_config

    backend, jobs = parallel.get_active_backend()
    how: dict[str, Any] = {"return_as": "generator", "pre_dispatch": "2*n_jobs"}
    with contextlib.ExitStack() as held:
        if os.environ.get(SCHEDULER):
            from distributed import Client

            held.enter_context(Client(os.environ[SCHEDULER]))
            held.enter_context(parallel_config(backend="dask"))
            run = Parallel(n_jobs=-1, **how)
        elif jobs is not None or type(backend).__name__ != "LokyBackend":
            run = Parallel(n_jobs=jobs or -1, **how)
        elif small or most == 1:
            run = Parallel(n_jobs=1, backend="sequential", **how)
        else:
            run = Parallel(n_jobs=min(most, processors()) or -1, **how)
        yield run


def processors() -> int:
    """Processors that this process may use."""
    from joblib import cpu_count

    return int(cpu_count())


class Progress:
    """Counts on stderr: how many of how many, how many a second, how long it will take."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total = what, total
        self._done = 0
        self._started = self._shown = time.monotonic()

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        now = time.monotonic()
        watched = sys.stderr.isatty()
        due = now - self._shown >= (_TERMINAL if watched else _LOG)
        last = self._done == self._total and self._shown > self._started
        if now - self._started < _SHOWN_AFTER or not (due or last):
            return
        self._shown = now
        start, end = ("\r", "\n" if last else "") if watched else ("", "\n")
        line = progress_text(self._what, self._done, self._total, now - self._started)
        with contextlib.suppress(OSError):  # the terminal may have been closed
            print(f"{start}  {line}", end=end, file=sys.stderr, flush=True)


def progress_text(what: str, done: int, total: int, seconds: float) -> str:
    """The progress in words."""
    rate = done / max(seconds, 1e-9)
    left = f", about {_duration((total - done) / rate)} left" if done < total else " " * 24
    return f"{done} of {total} {what}, {rate:.3g} a second{left}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
