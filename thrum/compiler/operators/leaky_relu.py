"""LEAKY_RELU: negative values times alpha: a table, see shared/lookup.py."""

from __future__ import annotations

import math

from thrum.compiler.definition import Definition, Options
from thrum.compiler.fixed_point import requantize
from thrum.compiler.flatbuffer import Table
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import multiplier
from thrum.compiler.operators.shared.lookup import Lookup, check_lookup, lookup


def parse(where: str, table: Table) -> Options:
    """The factor of negative values (LeakyReluOptions)."""
    return (("alpha", float(table.scalar(0, "float32", 0.0))),)


def check(node: Node) -> None:
    """int8 to as many int8, alpha at least 0."""
    check_lookup(node)
    alpha = float(node.option("alpha"))
    if not (math.isfinite(alpha) and alpha >= 0):
        raise node.error(f"alpha is {alpha:g}, must be 0 or more")


def lower(node: Node) -> Lookup:
    """TFLM's QuantizeLeakyRelu: one factor for each sign, from double products."""
    scale, zero = node.source.per_tensor
    output_scale, output_zero = node.target.per_tensor
    positive = multiplier(node, scale / output_scale)
    negative = multiplier(node, scale * float(node.option("alpha")) / output_scale)

    def value(x: int) -> int:
        return output_zero + requantize(x - zero, *(positive if x >= zero else negative))

    return lookup(node, value)


OPERATOR = Definition(
    name="LEAKY_RELU",
    version=2,
    inputs=1,
    add_call="AddLeakyRelu",
    limits="a table of 256; alpha of 0 or more",
    check=check,
    lower=lower,
    parse=parse,
)
