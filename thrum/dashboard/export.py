"""What the page holds, as a table: CSV with the host's time in ISO 8601."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from thrum.dashboard.records import Record
from thrum.states import State

COLUMNS = (
    "time",
    "kind",
    "state",
    "score",
    "z_sigma",
    "rms_mg",
    "mm_s",
    "zone",
    "window",
    "words",
)


def iso(t: int) -> str:
    """Local time with its offset, to the millisecond, of milliseconds since 1970."""
    return datetime.fromtimestamp(t / 1000).astimezone().isoformat(timespec="milliseconds")


def table(records: Iterable[Record]) -> str:
    """One row for each window, change of state and request; other records are left out."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for record in records:
        row = _row(record)
        if row is not None:
            rows.writerow([_plain(cell) for cell in row])
    return out.getvalue()


def _row(record: Record) -> list[object] | None:
    kind = record["kind"]
    if kind == "frame":
        figures = [record[name] for name in ("score", "z", "rms")]
        state = State(record["state"]).word
        speed = [record.get("mm_s"), record.get("zone")]
        return [iso(record["t"]), kind, state, *figures, *speed, "", ""]
    if kind == "event":
        words = record["moved"] or record["text"]
        return [iso(record["t"]), kind, record["state"], *[""] * 5, record["window"], words]
    if kind in ("note", "acknowledged"):
        return [iso(record["t"]), kind, *[""] * 7, record["words"]]
    return None


def _plain(cell: object) -> object:
    """A board's words must not become a formula of a spreadsheet."""
    if cell is None:
        return ""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + cell
    return cell
