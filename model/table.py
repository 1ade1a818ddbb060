"""The rows of the evaluation as a Markdown table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.decisions import Row
from model.metrics import Share


def table(rows: Sequence[Row]) -> str:
    """Rows as a Markdown table."""
    head = (
        "data",
        "condition",
        "score",
        "learned windows (hop)",
        "false alarms, same session",
        "false alarms, other session",
        "detected",
        "AUC",
        "pAUC .1",
        "delay s",
        "weakest recording",
    )
    lines = [head, ("---",) * len(head), *(_cells(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    learned_in = "" if row.learned_in == row.condition else f", learned at {row.learned_in}"
    return (
        row.data,
        row.condition + learned_in,
        row.scorer,
        f"{row.learned} ({row.hop})",
        _text(row.same),
        _text(row.other),
        _text(row.detected),
        _number(row.auc, 3),
        _number(row.partial_auc, 3),
        _number(row.delay_s, 1),
        row.remark,
    )


def _number(value: float, digits: int) -> str:
    return "-" if np.isnan(value) else f"{value:.{digits}f}"


def _text(share: Share | None) -> str:
    if share is None:
        return "-"
    return (
        f"{share.value:.3f} [{share.low:.2f}, {share.high:.2f}] of {share.decisions} "
        f"({share.independent} independent)"
    )
