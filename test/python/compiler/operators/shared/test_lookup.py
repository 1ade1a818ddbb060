"""Tables of one int8 value."""

from __future__ import annotations

import pytest
from handmade import int8, one

from thrum.compiler.graph import ModelError
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.lookup import check_lookup, lookup


def test_the_table_begins_at_the_lowest_value_and_is_saturated() -> None:
    made = lookup(Node(one("RELU", [int8(1, 3), int8(1, 3)]), 0), lambda x: 2 * x)
    assert made.size == 3
    assert list(made.table) == [max(-128, min(127, 2 * x)) for x in range(-128, 128)]


def test_another_size_is_refused() -> None:
    with pytest.raises(ModelError, match=r"operator 0 \(RELU\): \(1, 3\) cannot become \(1, 4\)"):
        check_lookup(Node(one("RELU", [int8(1, 3), int8(1, 4)]), 0))
