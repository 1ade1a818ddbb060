"""Places of activations in the arena."""

from __future__ import annotations

import itertools

from thrum.compiler.graph import Graph, Operator, Tensor
from thrum.compiler.lowering import lower
from thrum.compiler.memory_plan import plan


def _chain(sizes: list[int]) -> Graph:
    """A chain of dense layers, for the planner alone."""
    tensors = [Tensor("x", "int8", (1, sizes[0]), (0.1,), (0,))]
    operators = []
    for before, after in itertools.pairwise(sizes):
        source = len(tensors) - 1
        ones = (1,) * (before * after)
        tensors += [
            Tensor("w", "int8", (after, before), (0.1,), (0,), 0, ones),
            Tensor("y", "int8", (1, after), (0.1,), (0,)),
        ]
        operators.append(
            Operator(
                "FULLY_CONNECTED",
                (source, source + 1, -1),
                (source + 2,),
                (("activation", "NONE"),),
            )
        )
    return Graph(tuple(tensors), tuple(operators), (0,), (len(tensors) - 1,))


def test_plan_shares_bytes_but_never_at_once() -> None:
    """Tensors that are alive together never overlap, and the arena beats the plain sum."""
    graph = _chain([8, 64, 32, 64, 16, 5])
    places = plan(graph, lower(graph))
    for a in places.slots:
        for b in places.slots:
            together = a.first <= b.last and b.first <= a.last
            apart = a.offset + a.nbytes <= b.offset or b.offset + b.nbytes <= a.offset
            assert a is b or apart or not together
    assert places.nbytes == 96
    assert all(slot.offset % 4 == 0 for slot in places.slots)
