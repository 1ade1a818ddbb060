"""RESHAPE: the bytes stay, in the middle of a network and at its end."""

from __future__ import annotations

from pathlib import Path

import pytest
from handmade import int8, network, one, operator
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
    assert_exact(network(one("RESHAPE", [int8(1, 12), int8(1, 2, 6)], 1)), tmp_path, 64)


@wheel
def test_inside_it_shares_the_bytes(tmp_path: Path) -> None:
    """No place of its own in the arena."""
    tensors = (int8(1, 12), int8(1, 12), int8(1, 2, 6), int8(1, 2, 6))
    steps = (
        operator("RELU", (0,), 1),
        operator("RESHAPE", (1,), 2, 1),
        operator("RELU", (2,), 3),
    )
    graph = Graph(tensors, steps, (0,), (3,))
    lowered = lower(graph)
    assert lowered[1].kernel == Alias()
    assert plan(graph, lowered).roots == {2: 1}
    assert_exact(network(graph), tmp_path, 64)


def test_another_size_is_refused() -> None:
    graph = one("RESHAPE", [int8(1, 12), int8(1, 2, 5)], 1)
    with pytest.raises(ModelError, match=r"operator 0 \(RESHAPE\): .* cannot become \(1, 2, 5\)"):
        lower(graph)
