"""Runs stages side by side, as many as there are processors.

Each stage's output is collected and printed whole when it ends: one that has passed at once, those
of the failed ones last, where a reader finds them.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from tools.ci import stages
from tools.ci.stages import Outcome, Stage


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(todo: Sequence[Stage], lanes: int) -> dict[str, Outcome]:
    """Run all stages, `lanes` at a time, in the given order; the outcome of each by its name."""
    printing = threading.Lock()
    failures: list[Callable[[], None]] = []

    def one(stage: Stage) -> Outcome:
        started = time.monotonic()
        outcome = stages.run(stage)
        seconds = time.monotonic() - started
        with printing:
            if outcome.ok:
                _show(stage, outcome, seconds)
            else:
                print(f"\n== {stage.name}: {outcome} ({seconds:.1f} s), see below", flush=True)
                failures.append(lambda: _show(stage, outcome, seconds))
        return outcome

    with ThreadPoolExecutor(lanes) as pool:
        outcomes = dict(zip([stage.name for stage in todo], pool.map(one, todo), strict=True))
    for show in failures:
        show()
    return outcomes


def _show(stage: Stage, outcome: Outcome, seconds: float) -> None:
    print(f"\n== {stage.name}\n{outcome.output.rstrip()}".rstrip())
    print(f"== {stage.name}: {outcome} ({seconds:.1f} s)", flush=True)
