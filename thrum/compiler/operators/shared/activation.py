"""Activations that are fused into another operator: clamps of its int8 output."""

from __future__ import annotations

from thrum.compiler.fixed_point import float32, round_away
from thrum.compiler.flatbuffer import Table
from thrum.compiler.graph import ModelError, Option
from thrum.compiler.node import Node
from thrum.compiler.schema import ACTIVATIONS


def parse_activation(where: str, table: Table, slot: int) -> tuple[str, Option]:
    """The option `activation` from a field of an operator's options."""
    value = table.scalar(slot, "int8", 0)
    if value not in ACTIVATIONS:
        raise ModelError(
            f"{where}: fused activation {value} is not supported, only {list(ACTIVATIONS.values())}"
        )
    return "activation", ACTIVATIONS[value]


def activation_range(node: Node) -> tuple[int, int]:
    """Lowest and highest int8 output, as TFLM's CalculateActivationRangeQuantized."""
    scale, zero = node.target.per_tensor

    def quantized(value: float) -> int:
        return zero + round_away(max(-1e6, min(1e6, float32(value / scale))))

    name = node.option("activation")
    if name == "NONE":
        return -128, 127
    if name == "RELU":
        return max(-128, quantized(0.0)), 127
    if name == "RELU6":
        return max(-128, quantized(0.0)), min(127, quantized(6.0))
    if name == "RELU_N1_TO_1":
        return max(-128, quantized(-1.0)), min(127, quantized(1.0))
    raise node.error(f"fused activation {name} is not supported")
