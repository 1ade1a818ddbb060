"""QUANTIZE: float32 to int8 where a network begins, or int8 to int8 of another scale.

The second is a function of one value: a table, as shared/lookup.py describes.
"""

from __future__ import annotations

from thrum.compiler.definition import Definition
from thrum.compiler.fixed_point import float32, requantize
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import check_int8, check_same_size, multiplier
from thrum.compiler.operators.shared.float_scale import FloatScale
from thrum.compiler.operators.shared.lookup import Lookup, check_lookup, lookup


class QuantizeInput(FloatScale):
    """int8 = round(float32 / scale) + zero, saturated."""

    template = "QuantizeInputKernel"
    header = "quantize"


def check(node: Node) -> None:
    """As many int8 as there are float32 or int8."""
    if node.source.type != "float32":
        check_lookup(node)
        return
    check_same_size(node)
    check_int8(node.where, "the output", node.target)


def lower(node: Node) -> QuantizeInput | Lookup:
    """A kernel of its own for float32, a table for int8."""
    output_scale, output_zero = node.target.per_tensor
    if node.source.type == "float32":
        return QuantizeInput(node.target.size, output_scale, output_zero)
    scale, zero = node.source.per_tensor
    factor, shift = multiplier(node, float32(scale / output_scale))
    return lookup(node, lambda x: output_zero + requantize(x - zero, factor, shift))


OPERATOR = Definition(
    name="QUANTIZE",
    version=2,
    add_call="AddQuantize",
    check=check,
    lower=lower,
)
