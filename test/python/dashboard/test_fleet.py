"""The fleet: the worst first, and a board that is away is not called ok."""

from __future__ import annotations

import json

from thrum.dashboard import records
from thrum.dashboard.fleet import fleet
from thrum.dashboard.hub import Hub
from thrum.dashboard.panel import Panel
from thrum.device.telemetry import Frame
from thrum.states import State


def _panel(name: str, state: State, score: float = 0.1, link: str = "live") -> Panel:
    panel = Panel(Hub(), name, name)
    panel.hub.publish(records.link(link, f"The link is {link}.", 0))
    panel.hub.publish(records.of_event(state.word, 9, "", 5_000))
    panel.hub.publish(records.of_frame(Frame(score, 0.2, 30, state, 0.5), 6_000))
    return panel


def test_the_worst_is_first() -> None:
    seen = _panel("seen", State.ALARM, 0.99)
    assert seen.ask("acknowledge", "2")[0] == 200
    panels = [
        _panel("calm", State.OK, 0.1),
        _panel("restless", State.OK, 0.6),
        _panel("lost", State.OK, link="lost"),
        _panel("stuck", State.FAULT),
        seen,
        _panel("bad", State.ALARM, 0.8),
        Panel(Hub(), "new", "new"),
    ]
    rows = fleet(panels)
    names = [row["name"] for row in rows]
    assert names == ["bad", "seen", "stuck", "lost", "new", "restless", "calm"]
    assert [row["state"] for row in rows[3:5]] == ["away", "away"]
    assert rows[3]["words"] == "The link is lost." and rows[1]["acknowledged"]
    assert rows[0]["since"] == 5_000 and rows[0]["rms"] == 30
    json.dumps(rows)
