"""PACK of known numbers; anything else is not known."""

from __future__ import annotations

from thrum.compiler.graph import Graph, Operator, Tensor
from thrum.compiler.node import Node
from thrum.compiler.operators.pack import fold


def _node(*parts: tuple[int, ...] | None, axis: int = 0, size: int | None = None) -> Node:
    """Parts of the vector; None is one that only the run knows."""
    tensors = [Tensor("part", "int32", (), data=part) for part in parts]
    tensors.append(Tensor("vector", "int32", (len(parts) if size is None else size,)))
    inputs = tuple(range(len(parts)))
    operator = Operator("PACK", inputs, (len(parts),), (("axis", axis),))
    return Node(Graph(tuple(tensors), (operator,), inputs, (len(parts),)), 0)


def test_numbers_become_a_vector() -> None:
    assert fold(_node((1,), (-1,), (12,))) == (1, -1, 12)


def test_what_only_the_run_knows_stays_unknown() -> None:
    assert fold(_node((1,), None)) is None


def test_a_vector_is_no_number() -> None:
    assert fold(_node((1, 2), (3,))) is None


def test_another_axis_or_size_is_not_known() -> None:
    assert fold(_node((1,), (2,), axis=1)) is None
    assert fold(_node((1,), (2,), size=3)) is None
