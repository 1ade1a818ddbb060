"""DEQUANTIZE: int8 to float32 where a network ends."""

from __future__ import annotations

from thrum.compiler.definition import Definition
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import check_int8, check_same_size
from thrum.compiler.operators.shared.float_scale import FloatScale


class DequantizeOutput(FloatScale):
    """float32 = scale * (int8 - zero)."""

    template = "DequantizeOutputKernel"
    header = "dequantize"


def check(node: Node) -> None:
    """As many float32 as there are int8."""
    if node.target.type != "float32":
        raise node.error(f"the output must be float32, is {node.target.type}")
    check_same_size(node)
    check_int8(node.where, "the input", node.source)


def lower(node: Node) -> DequantizeOutput:
    """Scale and zero point of the input."""
    return DequantizeOutput(node.target.size, *node.source.per_tensor)


OPERATOR = Definition(
    name="DEQUANTIZE",
    version=2,
    inputs=1,
    add_call="AddDequantize",
    limits="int8 to float32, as the last operator",
    check=check,
    lower=lower,
)
