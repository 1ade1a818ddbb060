"""Operators that compute shapes: they vanish at compile time, or the model is refused."""

from __future__ import annotations

from typing import NoReturn

from thrum.compiler.node import Node


def refuse(node: Node) -> NoReturn:
    """ModelError: its inputs are not known at compile time."""
    raise node.error(
        "only shapes that are known at compile time; give the model a fixed input shape and no "
        "slicing of its values"
    )


def constant(node: Node, position: int) -> tuple[int, ...] | None:
    """The int32 values of an input, None where they are not known."""
    inputs = node.operator.inputs
    if not 0 <= position < len(inputs) or inputs[position] < 0:
        return None
    tensor = node.operand(position)
    return tensor.data if tensor.type == "int32" else None
