"""What is said of a board that has answered, and why its samples may not be judged here."""

from __future__ import annotations

from thrum import config
from thrum.artifacts import release
from thrum.dashboard.greeting import Wanted, about_board, why_not
from thrum.device.samples import Source

CFG = config.from_tables(release.load().parameters)


def test_a_line_too_slow_for_the_samples_shows_the_boards_judgement() -> None:
    about = {"rate_hz": "12000", "hop": "256", "window": "256", "bands": "32"}
    wanted = Wanted("/dev/ttyUSB0", 115_200, (), "", True, None, CFG)
    words = why_not(wanted, Source.of(about | {"axes": "1", "mg_q12": "2000"}), about)
    assert "115200 baud carry 3704 Hz, the board samples at 12000 Hz" in words


def test_windows_of_another_model_are_said() -> None:
    about = {"rate_hz": "3200", "hop": "128", "window": "128", "bands": "32"}
    wanted = Wanted(None, 115_200, (), "", True, None, CFG)
    words = why_not(wanted, Source.of(about | {"axes": "1", "mg_q12": "2000"}), about)
    assert "upload the firmware again" in words


def test_thresholds_are_shown_as_scores() -> None:
    wanted = Wanted(None, 115_200, (), "", True, None, CFG)
    made = about_board(wanted, {"rate_hz": "3200", "board": "nano"}, (192, 128), True, "", None)
    assert (made["raise"], made["clear"], made["board"], made["sensor"]) == (0.75, 0.5, "nano", "")
