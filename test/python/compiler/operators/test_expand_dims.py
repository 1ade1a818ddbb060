"""EXPAND_DIMS: the bytes stay, in the middle of a network and at its end."""

from __future__ import annotations

from pathlib import Path

import pytest
from handmade import int8, int32, network, one, operator
from networks import assert_exact

from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.kernel import Alias
from thrum.compiler.lowering import lower
from thrum.compiler.memory_plan import plan
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


@wheel
def test_alone_it_copies(tmp_path: Path) -> None:
    """The caller's output is not the caller's input."""
    made = network(one("EXPAND_DIMS", [int8(1, 12), int32(1), int8(1, 1, 12)], 1))
    assert_exact(made, tmp_path, 64)


@wheel
def test_inside_it_shares_the_bytes(tmp_path: Path) -> None:
    """No place of its own in the arena."""
    tensors = (int8(1, 12), int8(1, 12), int32(1), int8(1, 1, 12), int8(1, 1, 12))
    steps = (
        operator("RELU", (0,), 1),
        operator("EXPAND_DIMS", (1, 2), 3, 1),
        operator("RELU", (3,), 4),
    )
    graph = Graph(tensors, steps, (0,), (4,))
    lowered = lower(graph)
    assert lowered[1].kernel == Alias()
    assert plan(graph, lowered).roots == {3: 1}
    assert_exact(network(graph), tmp_path, 64)


def test_another_size_is_refused() -> None:
    graph = one("EXPAND_DIMS", [int8(1, 12), int8(1, 2, 5)], 1)
    with pytest.raises(
        ModelError, match=r"operator 0 \(EXPAND_DIMS\): .* cannot become \(1, 2, 5\)"
    ):
        lower(graph)
