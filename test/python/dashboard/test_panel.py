"""What a button asks: of the host, of the board, or nothing that is known."""

from __future__ import annotations

import pytest

from thrum.dashboard import records
from thrum.dashboard.hub import Hub
from thrum.dashboard.panel import Panel


@pytest.fixture
def panel() -> Panel:
    """With an alarm, number 1, and its end, number 2."""
    made = Panel(Hub())
    made.hub.publish(records.of_event("alarm", 525, "50-100 Hz +9.10 sigma x3.10", 1_000))
    made.hub.publish(records.of_event("ok", 700, "", 2_000))
    return made


def test_an_alarm_is_acknowledged_without_the_board(panel: Panel) -> None:
    assert panel.ask("acknowledge", "1")[0] == 200
    assert panel.hub.kept()[-1]["kind"] == "acknowledged"
    for wrong in ("2", "9", "-1", "", "1e3", "\u0661"):
        assert panel.ask("acknowledge", wrong) == (404, "There is no such alarm.")


def test_what_a_board_answers_is_kept_and_nonsense_is_not(panel: Panel) -> None:
    assert panel.ask("learn", "")[0] == 409
    assert panel.hub.kept()[-1]["words"] == "The board is not connected."
    count = len(panel.hub.kept())
    assert panel.ask("erase", "")[0] == 400
    assert panel.follow("1")[0] == 404, "no followups"
    assert len(panel.hub.kept()) == count
