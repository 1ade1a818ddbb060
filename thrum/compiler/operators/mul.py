"""MUL: the product of two int8 tensors, value by value, with a fused activation."""

from __future__ import annotations

from dataclasses import dataclass

from thrum.compiler.cpp_text import listed
from thrum.compiler.definition import Definition, Options
from thrum.compiler.flatbuffer import Table
from thrum.compiler.kernel import Constants, Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.activation import activation_range, parse_activation
from thrum.compiler.operators.shared.checks import multiplier
from thrum.compiler.operators.shared.pairs import check_pair, operands, periods


@dataclass(frozen=True)
class Mul(Kernel):
    """output = clamp(requantize((a - first_zero) * (b - second_zero)) + output_zero)."""

    template = "MulKernel"
    pair = True
    header = "mul"

    size: int
    periods: tuple[int, int]
    zeros: tuple[int, int, int]
    multiplier: int
    shift: int
    low: int
    high: int

    def describe(self) -> str:
        """Number of values."""
        return f"{self.size} values"

    def emit(self) -> Constants:
        """Sizes, zeros, factor and clamp."""
        scale = self.multiplier, self.shift, self.low, self.high
        return "MulLayer", [listed(self.size, *self.periods, *self.zeros, *scale)]


def parse(where: str, table: Table) -> Options:
    """The fused activation (MulOptions)."""
    return (parse_activation(where, table, 0),)


def lower(node: Node) -> Mul:
    """The multiplier from double products, as in TFLM's Prepare."""
    first, second = (tensor.per_tensor for tensor in operands(node))
    scale, zero = node.target.per_tensor
    factor, shift = multiplier(node, first[0] * second[0] / scale)
    if shift > 14:
        raise node.error(f"its scales give a multiplier of 2^{shift}")
    zeros = first[1], second[1], zero
    return Mul(node.target.size, periods(node), zeros, factor, shift, *activation_range(node))


OPERATOR = Definition(
    name="MUL",
    version=2,
    inputs=2,
    add_call="AddMul",
    limits="as ADD",
    check=check_pair,
    lower=lower,
    parse=parse,
)
