"""Requests to the board: between its lines, repeated, answered, refused, never stuck."""

from __future__ import annotations

import threading
import time

import pytest

from thrum.dashboard import commands
from thrum.dashboard.commands import Answer, Commands
from thrum.device.lines import seal


class Asked:
    """ask() in a thread of its own, as the server calls it."""

    def __init__(self, board: Commands, name: str, value: str = "") -> None:
        self.answers: list[Answer] = []
        self._thread = threading.Thread(target=lambda: self.answers.append(board.ask(name, value)))
        self._thread.start()

    def answer(self) -> Answer:
        self._thread.join(10)
        return self.answers[0]


@pytest.fixture
def board() -> Commands:
    made = Commands()
    made.connected((192, 160))
    return made


def _due(board: Commands, now: float = 0.0) -> str:
    """The line that is sent at a time, once the other thread has asked."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if line := board.next(now):
            return line
        time.sleep(0.005)
    raise AssertionError("nothing was asked")


def test_learning_again_is_asked_and_answered_between_other_lines(board: Commands) -> None:
    asked = Asked(board, "learn")
    assert _due(board) == "learn"
    assert board.next(0.1) is None, "one at a time"
    assert board.heard("anomaly:0.06,z:0.16,rms_mg:26,mm_s:0.62,state:1") == ""
    assert board.heard(seal("!status state:1")) == ""
    assert board.heard(seal("!learn 256")[:-1] + "x") == "", "damaged"
    assert board.heard(seal("!learn 256")) == "learn"
    assert asked.answer() == (200, "The board learns the machine again, 256 windows.")


def test_a_threshold_keeps_the_share_of_the_lower_one(board: Commands) -> None:
    asked = Asked(board, "threshold", "0.6")
    assert _due(board) == "t 154 128"
    assert board.heard(seal("!t 154 128")) == "t"
    status, words = asked.answer()
    assert status == 200 and "score of 0.60 on, ended below 0.50" in words
    assert board.thresholds == (154, 128)


@pytest.mark.parametrize("value", ["", "nan", "0", "1", "-1", "1e9", "0.5; learn"])
def test_a_threshold_that_makes_no_sense_is_not_sent(board: Commands, value: str) -> None:
    status, words = board.ask("threshold", value)
    assert status == 400 and "not a score from 0.05 to 0.99" in words
    assert board.next(0.0) is None


def test_a_refusal_is_told(board: Commands) -> None:
    asked = Asked(board, "learn")
    _due(board)
    assert board.heard(seal("!error 5 out of range")) == ""
    assert asked.answer() == (502, "The board refused: out of range.")


def test_a_lost_line_is_sent_again_and_then_given_up(board: Commands) -> None:
    asked = Asked(board, "learn")
    for attempt in range(commands.TRIES):
        assert _due(board, attempt * commands.PATIENCE) == "learn"
    assert board.next(commands.TRIES * commands.PATIENCE) is None
    assert asked.answer() == (504, "The board has not answered. Try again.")


def test_nothing_waits_for_a_board_that_is_away(board: Commands) -> None:
    asked = Asked(board, "learn")
    _due(board)
    board.gone()
    assert asked.answer()[0] == 409
    assert board.ask("learn") == (409, "The board is not connected.")
    assert board.ask("format")[0] == 400
