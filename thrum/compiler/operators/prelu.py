"""PRELU: negative values times a factor of their own, which is constant."""

from __future__ import annotations

from dataclasses import dataclass

from thrum.compiler.cpp_text import braced, listed
from thrum.compiler.definition import Definition
from thrum.compiler.kernel import Constants, Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import (
    check_int8,
    check_int8_to_int8,
    check_same_size,
    multiplier,
)
from thrum.compiler.operators.shared.pairs import check_repeats

_MOST_SHIFT = 14  # a product of two 9-bit numbers, shifted to the left, stays in int32


@dataclass(frozen=True)
class Prelu(Kernel):
    """Positive values are rescaled; negative ones are multiplied by a factor, which repeats."""

    template = "PreluKernel"
    header = "prelu"

    size: int
    zeros: tuple[int, int]  # of input and output
    positive: tuple[int, int]
    negative: tuple[int, int]
    factors: tuple[int, ...]  # less their zero point, 9 bits

    def describe(self) -> str:
        """Number of values and factors."""
        return f"{self.size} values, {len(self.factors)} factors"

    def emit(self) -> Constants:
        """Zeros, both multipliers and the factors."""
        scales = listed(*self.zeros, *self.positive, *self.negative)
        return f"PreluLayer<{self.size}, {len(self.factors)}>", [scales, *braced(self.factors)]


def check(node: Node) -> None:
    """int8 to as many int8; constant int8 factors that repeat."""
    check_int8_to_int8(node)
    check_same_size(node)
    alpha = node.operand(1)
    check_int8(node.where, "alpha", alpha)
    check_repeats(node, alpha)
    if alpha.data is None:
        raise node.error("alpha is computed by the model; only constants are supported")


def lower(node: Node) -> Prelu:
    """Multipliers from double products, as in TFLM's Prepare."""
    scale, zero = node.source.per_tensor
    output_scale, output_zero = node.target.per_tensor
    alpha = node.operand(1)
    alpha_scale, alpha_zero = alpha.per_tensor
    positive = multiplier(node, scale / output_scale)
    negative = multiplier(node, scale * alpha_scale / output_scale)
    if max(positive[1], negative[1]) > _MOST_SHIFT:
        raise node.error(f"its scales give a multiplier of more than 2^{_MOST_SHIFT}")
    factors = tuple(value - alpha_zero for value in alpha.data or ())
    return Prelu(node.target.size, (zero, output_zero), positive, negative, factors)


OPERATOR = Definition(
    name="PRELU",
    version=1,
    inputs=2,
    add_call="AddPrelu",
    limits="constant factors: one, one for each channel, or the last axes",
    check=check,
    lower=lower,
)
