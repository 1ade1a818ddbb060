"""The evaluation as Markdown: all rows, or the short table of docs/evaluation.md."""

from __future__ import annotations

import datetime
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from thrum.config import ConfigError
from thrum.evaluation.decisions import Row
from thrum.evaluation.metrics import Share
from thrum.paths import ROOT, read_bytes, written_whole

BEGIN, END = "<!-- evaluation -->", "<!-- /evaluation -->"
NETWORKS = ("network float", "network int8", "network on target")


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
        "pAUC 0.1",
        "delay s",
        "weakest recording",
    )
    lines = [head, ("---",) * len(head), *(_row_cells(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _row_cells(row: Row) -> tuple[str, ...]:
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


def summary(rows: Sequence[Row], model: str, on_target: str) -> str:
    """One line per data set and condition: float / int8 / on target, and counts for int8.

    on_target: sentences about the run of the firmware.
    """
    groups: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        groups.setdefault((row.data, row.condition), {})[row.scorer] = row
    head = (
        "recordings",
        "false alarms, same session",
        "alarms, healthy but re-installed",
        "detected",
        "independent decisions: healthy, faulty",
    )
    lines = [head, ("---",) * len(head), *(_cells(key, group) for key, group in groups.items())]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"{table}\n\nShares are float / int8 / on target. {on_target}\n{_provenance(model)}"


def _cells(key: tuple[str, str], group: dict[str, Row]) -> tuple[str, ...]:
    networks = [group[name] for name in NETWORKS]
    int8 = group["network int8"]
    return (
        " ".join(dict.fromkeys(" ".join(key).split())),
        _shares([row.same for row in networks]),
        _shares([row.other for row in networks]),
        _shares([row.detected for row in networks]),
        f"{_independent(int8.same)}, {_independent(int8.detected)}",
    )


def _shares(shares: Sequence[Share | None]) -> str:
    return (
        " / ".join("-" if s is None else f"{s.value:.3f}" for s in shares) if any(shares) else "-"
    )


def _independent(share: Share | None) -> str:
    return "-" if share is None else str(share.independent)


def _provenance(model: str) -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    commit = done.stdout.strip() or "unknown"
    return f"Model {model}, commit {commit}, {datetime.date.today().isoformat()}."


def marked(path: Path) -> str:
    """The text of a Markdown file that has the markers; ConfigError if it has not."""
    try:
        text = read_bytes(path).decode("utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise ConfigError(f"{path}: is no UTF-8; name a Markdown file") from None
    if BEGIN not in text or END not in text:
        raise ConfigError(f"{path} lacks {BEGIN} and {END}")
    return text


def write_between(path: Path, text: str) -> None:
    """Put the text between the markers of a Markdown file."""
    head, rest = marked(path).split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    with written_whole(path) as file:
        file.write(f"{head}{BEGIN}\n{text}\n{END}{tail}")
