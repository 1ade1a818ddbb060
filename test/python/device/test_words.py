from __future__ import annotations

import pytest

from thrum.device import words
from thrum.device.words import Band
from thrum.states import State


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ("93-96 Hz -8.78 sigma", "weaker at 93 to 96 Hz (8.8 sigma)"),
        (
            "50-100 Hz +6.31 sigma x3.10, 5-9 Hz -4.00 sigma x0.20",
            "3.1 times the learned level at 50 to 100 Hz, 0.2 times the learned level at 5 to 9 Hz",
        ),
        ("800-850 Hz 6.31 sigma", "stronger at 800 to 850 Hz (6.3 sigma)"),
        ("93-96 Hz -8.78 sigma, 21-25 Hz +1.20 sigma", "weaker at 93 to 96 Hz (8.8 sigma)"),
        ("21-25 Hz +1.20 sigma", "no band stands out by itself: many have moved a little"),
        ("samples lost", "samples lost"),
        ("", ""),
    ],
)
def test_an_alarm_names_what_moved_and_nothing_else(detail: str, expected: str) -> None:
    assert words.alarm(detail) == expected


def test_bands_are_numbers_too() -> None:
    assert words.bands("5-10 Hz +3.00 sigma x2.00, 10-15 Hz -4.50 sigma") == [
        Band(5, 10, 3.0, 2.0),
        Band(10, 15, -4.5, None),
    ]


def test_evidence_compares_with_what_was_learned() -> None:
    assert words.evidence(20, 27, 3.0, 1.41, "32 windows, 40 s") == (
        "0.74 times the learned vibration (20 of 27 mg); plain deviations agree "
        "(2.1 times their bound); lasted 32 windows, 40 s"
    )
    said = words.evidence(20, 0, 1.0, 1.41, "2 windows, 0 s")
    assert said.startswith("20 mg; plain deviations alone would not have raised it (0.71 times")


def test_lines_of_a_board_are_explained_and_others_are_not() -> None:
    line = "# evidence: rms_mg:20 baseline_mg:27 z:3.00 bound:1.41 agree after 32 windows, 40 s"
    assert words.explained(line) == (
        State.ALARM,
        words.evidence(20, 27, 3.0, 1.41, "32 windows, 40 s"),
    )
    assert words.explained("# alarm at window 71: 8-9 Hz +5.00 sigma") == (
        State.ALARM,
        "alarm at window 71: stronger at 8 to 9 Hz (5.0 sigma)",
    )
    assert words.explained("# ok at window 257") == (State.OK, "ok at window 257")
    assert words.explained("# operating state 0 learned:3/256") is None
