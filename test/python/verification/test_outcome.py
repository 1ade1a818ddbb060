"""The result of `thrum verify` in one line, as JSON, and as Unity has it."""

from __future__ import annotations

import json

from thrum.verification.line_cases import Case
from thrum.verification.outcome import Outcome, Report

GOOD = (Case("a"), Case("b"))
BAD = (*GOOD, Case("c", "got 1, expected 2"), Case("d", "no recordings", ignored=True))
ABOUT = {"board": "nano", "model": "0123456789ab"}


def _outcome(cases: tuple[Case, ...]) -> Outcome:
    return Outcome(ABOUT, 7, 20, cases, 12.34)


def test_one_line_says_that_everything_is_equal() -> None:
    text = _outcome(GOOD).text(Report.LINE, 0)
    assert text == "nano, model 0123456789ab: all 2 comparisons equal this computer's, 12 s"
    assert "nothing was compared" in Outcome({}, 7, 20, (), 1.0).text(Report.LINE, 0)


def test_a_difference_says_how_to_repeat_it() -> None:
    text = _outcome(BAD).text(Report.LINE, 3)
    assert "1 of 3 comparisons differ, 12 s, 3 lines repeated" in text
    assert text.endswith("again: --seed 7 --windows 20")


def test_json_is_one_object_with_all_that_differs() -> None:
    told = json.loads(_outcome(BAD).text(Report.JSON, 3))
    assert (told["compared"], told["failed"], told["ignored"]) == (3, 1, 1)
    assert told["board"] == ABOUT and told["repeated"] == 3
    assert [case["case"] for case in told["differences"]] == ["c", "d"]


def test_unity_gets_its_last_line() -> None:
    assert _outcome(BAD).text(Report.UNITY, 0).endswith("4 Tests 1 Failures 1 Ignored")
