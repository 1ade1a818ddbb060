"""Operators of two tensors, value by value: ADD, MUL, MAXIMUM, MINIMUM.

The smaller one may repeat: a single number, one for each channel, or other last axes of the larger.
"""

from __future__ import annotations

from thrum.compiler.graph import Tensor
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import check_int8

MOST_CONSTANT = 1024  # values: an AVR copies them from flash to its stack


def operands(node: Node) -> tuple[Tensor, Tensor]:
    """Both inputs."""
    return node.operand(0), node.operand(1)


def check_pair(node: Node) -> None:
    """ModelError unless two int8 inputs, one of them of the output's size, give int8."""
    for tensor in operands(node):
        check_int8(node.where, "an input", tensor)
        check_repeats(node, tensor)
    check_int8(node.where, "the output", node.target)
    if max(tensor.size for tensor in operands(node)) != node.target.size:
        raise node.error(f"no input has the output's shape {node.target.shape}")


def check_repeats(node: Node, tensor: Tensor) -> None:
    """ModelError unless the tensor is the last axes of the output, or all of it."""
    shape = list(tensor.shape)
    while shape and shape[0] == 1:
        shape.pop(0)
    if shape and tuple(shape) != node.target.shape[-len(shape) :]:
        raise node.error(
            f"input {tensor.shape} for an output {node.target.shape}; an input may repeat as a "
            "whole: a single number, one for each channel, or the last axes"
        )
    if tensor.data is not None and tensor.size > MOST_CONSTANT:
        raise node.error(f"a constant of {tensor.size} values, at most {MOST_CONSTANT}")


def periods(node: Node) -> tuple[int, int]:
    """Values after which each input repeats."""
    first, second = operands(node)
    return first.size, second.size
