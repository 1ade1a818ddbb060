"""The doctor prints a line for each thing and ends with the right exit code."""

from __future__ import annotations

import pytest

from thrum.doctor.findings import Finding, show


def test_what_is_well_takes_one_line() -> None:
    assert str(Finding("Python", "3.11")) == "ok   Python            3.11"


@pytest.mark.parametrize(("bad", "mark"), [(True, "BAD"), (False, " ! ")])
def test_a_remedy_stands_below_what_was_found(bad: bool, mark: str) -> None:
    first, second = str(Finding("board", "none", "plug one in", bad)).splitlines()
    assert first.split() == [*mark.split(), "board", "none"]
    assert first.index("none") == second.index("plug one in")


def test_only_what_is_bad_ends_with_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert show([]) == show([Finding("a", "b"), Finding("a", "b", "advice")]) == 0
    assert show([Finding("a", "b", "do it", bad=True), Finding("c", "d")]) == 1
    assert "c" in capsys.readouterr().out
