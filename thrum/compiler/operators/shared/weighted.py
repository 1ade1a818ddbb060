"""Weighted sums of int8 inputs: what FULLY_CONNECTED and both convolutions have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from thrum.compiler.cpp_text import braced
from thrum.compiler.fixed_point import INT32_MAX, INT32_MIN
from thrum.compiler.graph import Tensor
from thrum.compiler.kernel import Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import multiplier

Rows: TypeAlias = "tuple[tuple[int, ...], ...]"
Scales: TypeAlias = "tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]"


@dataclass(frozen=True)
class Weighted(Kernel):
    """requantize(bias + weights . inputs): one row of weights per output channel.

    The input's zero point is folded into bias. One multiplier and shift, or one per channel.
    """

    weights: Rows
    bias: tuple[int, ...]
    multiplier: tuple[int, ...]
    shift: tuple[int, ...]

    def reach(self, output: int) -> tuple[int, int]:
        """Smallest and largest accumulator that int8 inputs can cause in one output."""
        row = self.weights[output]
        low = sum(-128 * w if w > 0 else 127 * w for w in row)
        high = sum(127 * w if w > 0 else -128 * w for w in row)
        return self.bias[output] + low, self.bias[output] + high

    def granularity(self) -> str:
        """Whether the outputs share one scale."""
        return "per tensor" if len(self.multiplier) == 1 else "per channel"

    def emit_scales(self) -> list[str]:
        """Initializers of bias, multiplier and shift."""
        columns = (self.bias, self.multiplier, self.shift)
        return [line for values in columns for line in braced(values)]


def check_weights(node: Node, channels: int, axis: int) -> None:
    """ModelError unless the second input is constant int8 with one scale, or one per channel.

    channels: outputs, which lie on `axis` of the weights.
    """
    tensor = node.operand(1)
    if tensor.type != "int8" or tensor.data is None:
        raise node.error(f"weights must be constant int8, are {tensor.type}")
    if any(tensor.zero_point):
        raise node.error("weights must have zero point 0")
    if len(tensor.scale) not in (1, channels) or (len(tensor.scale) > 1 and tensor.axis != axis):
        raise node.error(f"{len(tensor.scale)} weight scales for {channels} outputs")


def check_bias(node: Node, channels: int) -> None:
    """ModelError unless the third input is absent or a constant int32 for each channel."""
    tensor = _bias(node)
    if tensor is None:
        return
    if tensor.type != "int32" or tensor.data is None or tensor.size != channels:
        raise node.error(f"the bias must be {channels} constant int32")


def check_bias_scale(node: Node) -> None:
    """ModelError where TFLM's Prepare refuses the scale of a bias beside one weight scale."""
    tensor, weight = _bias(node), node.operand(1)
    if tensor is None or len(weight.scale) != 1:
        return
    product = node.source.per_tensor[0] * weight.scale[0]
    scale = tensor.scale[0] if tensor.scale else 0.0
    if abs(product - scale) / node.target.per_tensor[0] > 0.02:
        raise node.error(f"bias scale {scale:g}, expected {product:g}: input times weight scale")


def _bias(node: Node) -> Tensor | None:
    inputs = node.operator.inputs
    return node.operand(2) if len(inputs) > 2 and inputs[2] >= 0 else None


def weighted_scales(node: Node, rows: Rows) -> Scales:
    """Bias with the input's zero point folded in, multipliers in Q31, their exponents.

    Each multiplier comes from a double product of the three float32 scales. Older interpreters
    multiply the first two in float32 where there is one scale; the released one does not, and
    test_lowering.py has a network on which that shows.
    """
    source, zero = node.source.per_tensor
    target, _ = node.target.per_tensor
    tensor = _bias(node)
    bias = tensor.data if tensor and tensor.data else (0,) * len(rows)
    folded = tuple(b - zero * sum(row) for b, row in zip(bias, rows, strict=True))
    pairs = [multiplier(node, source * scale / target) for scale in node.operand(1).scale]
    return folded, tuple(m for m, _ in pairs), tuple(s for _, s in pairs)


def check_reach(node: Node, kernel: Weighted) -> None:
    """ModelError if an accumulator or its left shift could leave int32."""
    for output in range(len(kernel.weights)):
        left = max(kernel.shift[output % len(kernel.shift)], 0)
        low, high = kernel.reach(output)
        if low << left < INT32_MIN or high << left > INT32_MAX:
            raise node.error(f"the accumulator of output {output} can leave int32")
