"""RELU of its own, where the converter could not fuse it: a table, see shared/lookup.py."""

from __future__ import annotations

from thrum.compiler.definition import Definition
from thrum.compiler.fixed_point import requantize
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import multiplier
from thrum.compiler.operators.shared.lookup import Lookup, check_lookup, lookup


def lower(node: Node) -> Lookup:
    """TFLM's ReluQuantized: rescale, then clamp at the output's zero."""
    scale, zero = node.source.per_tensor
    output_scale, output_zero = node.target.per_tensor
    factor, shift = multiplier(node, scale / output_scale)

    def value(x: int) -> int:
        return max(output_zero, output_zero + requantize(x - zero, factor, shift))

    return lookup(node, value)


OPERATOR = Definition(
    name="RELU",
    version=2,
    inputs=1,
    add_call="AddRelu",
    limits="a table of 256",
    check=check_lookup,
    lower=lower,
)
