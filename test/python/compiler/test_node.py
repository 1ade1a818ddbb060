"""An operator with its graph: what is missing is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from thrum.artifacts import release
from thrum.compiler.graph import ModelError, Operator
from thrum.compiler.node import Node

GRAPH = release.load().graph


def test_operands_are_the_tensors_of_the_graph() -> None:
    node = Node(GRAPH, 0)
    assert node.source is GRAPH.tensors[GRAPH.operators[0].inputs[0]]
    assert node.target is GRAPH.tensors[GRAPH.operators[0].outputs[0]]
    assert node.option("activation") == "RELU"


@pytest.mark.parametrize(
    "operator, words",
    [
        (Operator("ADD", (), (1,)), "input 0 is missing"),
        (Operator("ADD", (-1,), (1,)), "input 0 is missing"),
        (Operator("ADD", (GRAPH.operators[0].inputs[1],), (1,)), "its input is a constant"),
    ],
)
def test_a_missing_or_constant_input_names_its_operator(operator: Operator, words: str) -> None:
    graph = replace(GRAPH, operators=(operator,))
    with pytest.raises(ModelError, match=rf"operator 0 \(ADD\).*{words}"):
        _ = Node(graph, 0).source
    with pytest.raises(ModelError, match="option axis is missing"):
        Node(graph, 0).option("axis")
