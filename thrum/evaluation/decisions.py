"""Decisions of scorers on cases, as shares with intervals, areas and delays.

Each decision covers alarm.mean_windows windows in a row: the average of their log bands is scored
and judged against the threshold (simple statistics of a window are averaged themselves).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from thrum.config import MOST_WINDOWS, Config
from thrum.evaluation.cases import Case
from thrum.evaluation.metrics import Floats, Share, partial_auc, share
from thrum.evaluation.scorers import Observed, Scorer, observe
from thrum.recordings.dataset import Recording, cut


@dataclass(frozen=True)
class Row:
    """One scorer on one data set and condition; shares are of decisions, delays in seconds.

    auc and partial_auc (false-positive rate up to 0.1, 1 is perfect) compare faulty with healthy
    of the same session; remark is the faulty recording with the fewest alarms, or why the scorer
    was not run.
    """

    data: str
    condition: str
    learned_in: str
    scorer: str
    learned: int
    hop: int
    windows: int
    same: Share | None
    other: Share | None
    detected: Share | None
    auc: float
    partial_auc: float
    delay_s: float
    missed: int
    remark: str


def evaluate(all_cases: Sequence[Case], scorers: Mapping[str, Scorer | str]) -> list[Row]:
    """One row per data set, condition and scorer; machines of a condition are pooled.

    A scorer that cannot be run is replaced by the reason, as text.
    """
    return rows(decide_all(all_cases, scorers))


@dataclass(frozen=True, eq=False)
class Judged:
    """Decisions of one case, in units of the threshold, one array per recording."""

    same: list[Floats]
    other: list[Floats]
    faulty: list[Floats]
    learned: int


@dataclass(frozen=True, eq=False)
class Decided:
    """A case and each scorer's decisions, or why the scorer was not run."""

    case: Case
    by: dict[str, Judged | str]


def decide_all(
    all_cases: Sequence[Case],
    scorers: Mapping[str, Scorer | str],
    say: Callable[[int], None] = lambda number: None,
) -> list[Decided]:
    """The decisions on each case. `say` gets the number of a case, from 1, before it is judged."""
    found = []
    for number, case in enumerate(all_cases, start=1):
        say(number)
        found.append(decided(case, look(case), scorers))
    return found


def decided(case: Case, seen: Seen, scorers: Mapping[str, Scorer | str]) -> Decided:
    """The decisions of all scorers on a case that has been looked at."""
    return Decided(
        case,
        {
            name: scorer if isinstance(scorer, str) else _judge(seen, scorer)
            for name, scorer in scorers.items()
        },
    )


def rows(found: Sequence[Decided]) -> list[Row]:
    """One row per data set, condition and scorer; machines of a condition are pooled."""
    groups: dict[tuple[str, str, str], list[Decided]] = {}
    for one in found:
        key = (one.case.data, one.case.condition, one.case.learned_in)
        groups.setdefault(key, []).append(one)
    return [_row_of(group, name) for group in groups.values() for name in group[0].by]


def _row_of(group: list[Decided], name: str) -> Row:
    """One scorer on the machines of a condition. It judged all of them or none."""
    of_cases = [one.case for one in group]
    judged = [one.by[name] for one in group]
    reasons = [found for found in judged if isinstance(found, str)]
    if reasons:
        return _not_run(of_cases, name, reasons[0])
    return _row(of_cases, name, [found for found in judged if isinstance(found, Judged)])


@dataclass(frozen=True, eq=False)
class Seen:
    """A case as windows and features, one item per recording or part of one."""

    learned: Observed
    same: list[Observed]
    other: list[Observed]
    faulty: list[Observed]


def look(case: Case) -> Seen:
    """Cut a case into windows and compute their features, once for all scorers."""
    cfg = case.cfg

    def seen(kind: str, *parts: Recording, step: int = 1) -> list[Observed]:
        return [
            observe(cut(rec.samples, cfg.window.length, step * cfg.window.hop), cfg, rec.name, kind)
            for rec in parts
        ]

    count = len(cut(case.learn.samples, cfg.window.length, cfg.window.hop))
    [learned] = seen("learned", case.learn, step=-(-count // MOST_WINDOWS))
    return Seen(
        learned,
        seen("healthy, same session", *case.same),
        seen("healthy, another session", *case.other),
        seen("faulty", *case.faulty),
    )


def _judge(seen: Seen, scorer: Scorer) -> Judged:
    parts = [*seen.same, *seen.other, *seen.faulty]
    decisions = scorer(seen.learned, parts)
    first, second = len(seen.same), len(seen.same) + len(seen.other)
    return Judged(
        decisions[:first], decisions[first:second], decisions[second:], seen.learned.count
    )


def _not_run(group: list[Case], name: str, reason: str) -> Row:
    first, nan = group[0], float("nan")
    head = (first.data, first.condition, first.learned_in, name, 0, first.cfg.window.hop, 0)
    return Row(*head, None, None, None, nan, nan, nan, 0, reason)


def _row(group: list[Case], name: str, judged: list[Judged]) -> Row:
    cfg = group[0].cfg
    same, other, faulty = (
        [part for j in judged for part in getattr(j, kind)] for kind in ("same", "other", "faulty")
    )
    first = _first_alarms(faulty)
    delays = [_span(cfg, cfg.alarm.mean_windows + k) / cfg.sample.rate_hz for k in first if k >= 0]
    healthy, ill = _join(same), _join(faulty)
    return Row(
        group[0].data,
        group[0].condition,
        group[0].learned_in,
        name,
        judged[0].learned,
        cfg.window.hop,
        sum(len(p) + cfg.alarm.mean_windows - 1 for p in (*same, *other, *faulty)),
        _share(cfg, same),
        _share(cfg, other),
        _share(cfg, faulty),
        partial_auc(healthy, ill),
        partial_auc(healthy, ill, 0.1),
        float(np.median(delays)) if delays else float("nan"),
        first.count(-1),
        _weakest(faulty, [rec.name for case in group for rec in case.faulty]),
    )


def _first_alarms(faulty: list[Floats]) -> list[int]:
    """First decision in alarm of each recording, -1 where there is none.

    A recording that is too short for a decision is not missed; cases.too_short names it.
    """
    alarms = [part > 1 for part in faulty if len(part)]
    return [int(np.argmax(alarm)) if alarm.any() else -1 for alarm in alarms]


def _weakest(faulty: list[Floats], names: list[str]) -> str:
    """The recording with the smallest share of alarms, and that share."""
    rates = [
        (float(np.mean(part > 1)), name)
        for part, name in zip(faulty, names, strict=True)
        if len(part)
    ]
    return "{1} {0:.2f}".format(*min(rates)) if rates else ""


def _share(cfg: Config, parts: list[Floats]) -> Share | None:
    """Alarms over parts; decisions that share no sample count as independent."""
    m = cfg.alarm.mean_windows
    independent = sum(_span(cfg, len(p) + m - 1) // _span(cfg, m) for p in parts if len(p))
    return share(_join(parts) > 1, independent)


def _span(cfg: Config, windows: int) -> int:
    """Samples that consecutive windows cover."""
    return (windows - 1) * cfg.window.hop + cfg.window.length


def _join(parts: list[Floats]) -> Floats:
    return np.concatenate([np.empty(0), *parts])
