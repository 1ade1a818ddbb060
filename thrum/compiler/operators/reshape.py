"""RESHAPE: the same bytes under another shape. No kernel runs, so there is no header."""

from __future__ import annotations

from thrum.compiler.definition import Definition
from thrum.compiler.kernel import Alias
from thrum.compiler.node import Node


def check(node: Node) -> None:
    """Any shape with as many values of the same type."""
    source, target = node.source, node.target
    if source.size != target.size or source.type != target.type:
        raise node.error(f"{source.shape} cannot become {target.shape}")


def lower(node: Node) -> Alias:
    """Nothing to compute."""
    return Alias()


OPERATOR = Definition(
    name="RESHAPE",
    version=1,
    inputs=2,
    add_call="AddReshape",
    limits="the bytes stay; nothing runs",
    check=check,
    lower=lower,
)
