"""QUANTIZE: float32 to int8 where a network begins, or integers to integers of another scale.

From int8 to int8 it is a function of one value: a table, as shared/lookup.py describes.
"""

from __future__ import annotations

from thrum.compiler.definition import Definition
from thrum.compiler.fixed_point import requantize
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import check_int8, check_same_size, multiplier
from thrum.compiler.operators.shared.float_scale import FloatScale
from thrum.compiler.operators.shared.lookup import Lookup, check_lookup, lookup
from thrum.compiler.operators.shared.rescale import Rescale, rescale

_WIDTHS = {
    (source, target)
    for source in ("int8", "int16", "int32")
    for target in ("int8", "int16", "int32")
    if source != target or source == "int16"
}


class QuantizeInput(FloatScale):
    """int8 = round(float32 / scale) + zero, saturated."""

    template = "QuantizeInputKernel"
    header = "quantize"


def check(node: Node) -> None:
    """As many int8 as there are float32, or a pair of integers that TFLM has."""
    check_same_size(node)
    types = node.source.type, node.target.type
    if types == ("int8", "int8"):
        check_lookup(node)
    elif types == ("float32", "int8"):
        check_int8(node.where, "the output", node.target)
    elif types not in _WIDTHS:
        raise node.error(f"from {types[0]} to {types[1]} is not supported")


def lower(node: Node) -> QuantizeInput | Lookup | Rescale:
    """A kernel of its own for float32 and for wide integers, a table for int8."""
    if (node.source.type, node.target.type) in _WIDTHS:
        return rescale(node)
    output_scale, output_zero = node.target.per_tensor
    if node.source.type == "float32":
        return QuantizeInput(node.target.size, output_scale, output_zero)
    scale, zero = node.source.per_tensor
    factor, shift = multiplier(node, scale / output_scale)
    return lookup(node, lambda x: output_zero + requantize(x - zero, factor, shift))


OPERATOR = Definition(
    name="QUANTIZE",
    version=2,
    inputs=1,
    add_call="AddQuantize",
    limits="float32 to int8 as the first operator; between int8, int16 and int32",
    check=check,
    lower=lower,
)
