"""SHAPE: the sides of a tensor. They are known at compile time, so no kernel runs."""

from __future__ import annotations

from thrum.compiler.definition import Definition
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.folded import refuse


def fold(node: Node) -> tuple[int, ...]:
    """The sides."""
    return node.operand(0).shape


OPERATOR = Definition(
    name="SHAPE",
    version=1,
    inputs=1,
    add_call="AddShape",
    limits="known at compile time; nothing runs",
    check=refuse,
    lower=refuse,
    fold=fold,
)
