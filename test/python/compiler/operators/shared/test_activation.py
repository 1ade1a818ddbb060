"""Clamps of fused activations."""

from __future__ import annotations

import pytest
from handmade import int8, one

from thrum.compiler.graph import ModelError
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.activation import activation_range


@pytest.mark.parametrize(
    ("name", "zero", "expected"),
    [
        ("NONE", 3, (-128, 127)),
        ("RELU", -28, (-28, 127)),
        ("RELU6", -128, (-128, -8)),
        ("RELU6", 60, (60, 127)),
        ("RELU_N1_TO_1", 0, (-20, 20)),
    ],
)
def test_range_at_a_scale_of_a_twentieth(name: str, zero: int, expected: tuple[int, int]) -> None:
    tensors = [int8(1, 2), int8(1, 2, scale=0.05, zero=zero)]
    assert activation_range(Node(one("ADD", tensors, activation=name), 0)) == expected


def test_any_other_is_refused() -> None:
    graph = one("ADD", [int8(1, 2), int8(1, 2)], activation="SIGN_BIT")
    with pytest.raises(ModelError, match=r"operator 0 \(ADD\): fused activation SIGN_BIT"):
        activation_range(Node(graph, 0))
    with pytest.raises(ModelError, match=r"operator 0 \(ADD\): option activation is missing"):
        activation_range(Node(one("ADD", [int8(1, 2), int8(1, 2)]), 0))
