"""A verdict for each file, beside the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thrum.evaluation.decisions import Decided, Judged
from thrum.evaluation.metrics import Floats
from thrum.recordings.dataset import Recording
from thrum.recordings.manifest import LABELS

_MAJORITY = 0.5


@dataclass(frozen=True)
class Verdict:
    """One file: its label, what it was found to be, and the share of decisions that say so."""

    file: str
    session: str
    label: str
    found: str  # healthy, anomalous, or too short for one decision
    alarms: float  # share of the decisions over the threshold
    decisions: int

    @property
    def right(self) -> bool:
        """Whether the verdict is the label."""
        return self.found == self.label


def verdicts(decided: Sequence[Decided], scorer: str) -> list[Verdict]:
    """One for each judged recording, by name."""
    out = []
    for one in decided:
        judged = one.by[scorer]
        if isinstance(judged, Judged):
            parts = [*judged.same, *judged.other, *judged.faulty]
            out += [_verdict(r, p) for r, p in zip(one.case.judged, parts, strict=True)]
    return sorted(
        out, key=lambda verdict: (verdict.label == LABELS[1], verdict.session, verdict.file)
    )


def _verdict(rec: Recording, part: Floats) -> Verdict:
    share = float(np.mean(part > 1)) if len(part) else float("nan")
    found = LABELS[share > _MAJORITY] if len(part) else "too short"
    return Verdict(rec.name, rec.session, LABELS[rec.label], found, share, len(part))


def text(found: Sequence[Verdict]) -> str:
    """A table of them, and how many are right."""
    lines = [
        "| file | session | is | verdict | decisions over the threshold |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {_cell(one.file)} | {_cell(one.session)} | {one.label} | {one.found}"
            f"{'' if one.right else ' (wrong)' if one.decisions else ''} | {_share(one)} |"
            for one in found
        ),
    ]
    judged = [one for one in found if one.decisions]
    right = sum(one.right for one in judged)
    return "\n".join(lines) + f"\n\n{right} of {len(judged)} verdicts are right."


def _cell(name: str) -> str:
    """A name of any letters in a cell of a table."""
    return " ".join(name.split()).replace("|", "\\|")


def _share(one: Verdict) -> str:
    return f"{one.alarms:.0%} of {one.decisions}" if one.decisions else "-"
