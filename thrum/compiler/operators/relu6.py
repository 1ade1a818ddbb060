"""RELU6 of its own, where the converter could not fuse it: a table, see shared/lookup.py."""

from __future__ import annotations

from thrum.compiler.definition import Definition
from thrum.compiler.fixed_point import float32, round_away
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.lookup import Lookup, check_lookup, lookup


def lower(node: Node) -> Lookup:
    """TFLM's Relu6Quantized: clamp between the input's 0 and 6, without rescaling."""
    scale, zero = node.source.per_tensor
    six = zero + round_away(min(1e6, float32(6.0 / scale)))
    return lookup(node, lambda x: max(zero, min(six, x)))


OPERATOR = Definition(
    name="RELU6",
    version=2,
    inputs=1,
    add_call="AddRelu6",
    limits="a table of 256",
    check=check_lookup,
    lower=lower,
)
