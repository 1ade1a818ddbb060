"""All boards at a glance: one row for each, the worst first."""

from __future__ import annotations

from collections.abc import Iterable

from thrum.dashboard.panel import Panel
from thrum.dashboard.records import Record
from thrum.states import WORDS

# The worst first. A board that is away comes behind an alarm: nobody knows what it would say.
_RANK = ("alarm", "fault", "away", "learning", "gathering", "idle", "ok")


def fleet(panels: Iterable[Panel]) -> list[Record]:
    """id, name, state or "away", score, mm/s and zone, acknowledged, and since when (ms)."""
    rows = [_row(panel) for panel in panels]
    return sorted(rows, key=lambda row: (_rank(row), -row["score"], row["name"]))


def _rank(row: Record) -> float:
    rank = _RANK.index(row["state"]) if row["state"] in _RANK else len(_RANK)
    return rank + (0.5 if row["acknowledged"] else 0)


def _row(panel: Panel) -> Record:
    now = panel.hub.now()
    link, event = now["link"] or {"state": "", "words": ""}, now["event"] or {}
    live = link["state"] in ("live", "ended") and now["frame"] is not None
    frame: Record = now["frame"] if live else {"score": 0.0}
    state = WORDS[frame["state"]] if live else "away"
    same = event.get("state") == state
    return {
        "id": panel.id,
        "name": panel.name,
        "state": state,
        "words": "" if live else link["words"],
        "score": frame["score"],
        "rms": frame.get("rms"),
        "velocity": frame.get("velocity"),
        "zone": frame.get("zone"),
        "since": event["t"] if same else None,
        "acknowledged": same and now["acknowledged"] == event["n"],
    }
