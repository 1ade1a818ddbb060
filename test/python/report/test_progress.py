"""Progress: silent where work is quick, a line every so often where it is not."""

from __future__ import annotations

import time

import pytest

from thrum.report.progress import Progress


def test_quick_work_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a step that was overtaken nor one that has ended is printed."""
    with Progress() as say:
        say("building")
        say("drawing")
    assert capsys.readouterr() == ("", "")


def test_a_step_that_lasts_is_printed_while_it_lasts(capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr, the present step only."""
    with Progress(silent_s=0.05) as say:
        say("building")
        say("drawing")
        end = time.monotonic() + 10
        while not (err := capsys.readouterr().err) and time.monotonic() < end:
            time.sleep(0.01)
    assert err == "  drawing ...\n"
