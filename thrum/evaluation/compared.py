"""Scores compared at equal false alarms: each at the threshold that gives it those of the network.

A score with a low threshold detects more and alarms more. So every score gets the lowest threshold
at which its share of alarms in healthy decisions, of the same and of other sessions, is at most
that of the network at the configured threshold. Thresholds are chosen on the decisions that they
are compared on, for all scores alike: the comparison says which order of decisions is better, not
what a score would find on another machine.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thrum.evaluation.decisions import Decided, Judged
from thrum.evaluation.metrics import Floats, share

REFERENCE = "network int8"


def table(decided: Sequence[Decided], reference: str = REFERENCE) -> str:
    """One line per data set and score, as Markdown; empty without healthy and faulty decisions."""
    lines = []
    for data in dict.fromkeys(one.case.data for one in decided):
        group = [one for one in decided if one.case.data == data]
        if reference in group[0].by:
            lines += _lines(data, group, reference)
    if not lines:
        return ""
    head = "| data | false alarms of the network | score | detected at as many |"
    return "\n".join([head, "| --- | --- | --- | --- |", *lines])


def threshold_at(healthy: Floats, false_alarms: float) -> float:
    """The lowest threshold that at most this share of healthy decisions exceeds."""
    ordered = np.sort(healthy)[::-1]
    return float(ordered[min(int(false_alarms * len(ordered) + 1e-9), len(ordered) - 1)])


def _lines(data: str, group: Sequence[Decided], reference: str) -> list[str]:
    healthy, _, _ = _decisions(group, reference)
    if not len(healthy):
        return []
    allowed = float(np.mean(healthy > 1))
    lines = []
    for name in group[0].by:
        healthy, faulty, independent = _decisions(group, name)
        if not len(healthy) or not len(faulty):
            continue
        found = share(faulty > threshold_at(healthy, allowed), independent)
        if found is not None:
            cell = f"{found.value:.3f} [{found.low:.2f}, {found.high:.2f}]"
            lines.append(f"| {data} | {allowed:.3f} | {name} | {cell} |")
    return lines


def _decisions(group: Sequence[Decided], name: str) -> tuple[Floats, Floats, int]:
    """Healthy and faulty decisions of a score, and how many of the latter share no window."""
    healthy, faulty = [np.empty(0)], [np.empty(0)]
    independent = 0
    for one in group:
        judged = one.by[name]
        if isinstance(judged, Judged):
            healthy += [*judged.same, *judged.other]
            faulty += judged.faulty
            windows = one.case.cfg.alarm.mean_windows
            independent += sum((len(part) + windows - 1) // windows for part in judged.faulty)
    return np.concatenate(healthy), np.concatenate(faulty), independent
