"""Text of integers: it fits the line and says the same."""

from __future__ import annotations

import re

from thrum.compiler.cpp_text import WIDTH, braced, listed, numbers


def test_long_lists_are_wrapped_and_complete() -> None:
    values = list(range(-300, 300))
    for lines in (numbers(values, "    "), braced(values)):
        assert max(map(len, lines)) <= WIDTH
        assert [int(n) for n in re.findall(r"-?\d+", " ".join(lines))] == values


def test_a_short_initializer_takes_one_line() -> None:
    assert braced([1, -2], "  ") == ["  {1, -2},"]
    assert listed(3, 4) == "        3, 4,"
    assert numbers([], "  ") == []
