"""ADD: the sum of two int8 tensors, each rescaled first, with a fused activation."""

from __future__ import annotations

from dataclasses import dataclass

from thrum.compiler.cpp_text import LAYER_INDENT, listed
from thrum.compiler.definition import Definition, Options
from thrum.compiler.flatbuffer import Table
from thrum.compiler.kernel import Constants, Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.activation import activation_range, parse_activation
from thrum.compiler.operators.shared.checks import multiplier
from thrum.compiler.operators.shared.pairs import check_pair, operands, periods

_LEFT_SHIFT = 20  # of both inputs before they are rescaled, as in TFLM


@dataclass(frozen=True)
class Term:
    """Zero point and factor (Q31 multiplier, exponent of at most 0) of one side of the addition."""

    zero: int
    multiplier: int
    shift: int

    def emit(self) -> str:
        """Its initializer."""
        return f"{LAYER_INDENT}{{{self.zero}, {self.multiplier}, {self.shift}}},"


@dataclass(frozen=True)
class Add(Kernel):
    """Sum of two tensors of `size` values, clamped to low and high."""

    template = "AddKernel"
    pair = True
    header = "add"

    size: int
    periods: tuple[int, int]
    first: Term
    second: Term
    sum: Term
    low: int
    high: int

    def describe(self) -> str:
        """Number of values."""
        return f"{self.size} values"

    def emit(self) -> Constants:
        """Both terms, the sum's factor and the clamp."""
        terms = [term.emit() for term in (self.first, self.second, self.sum)]
        return "AddLayer", [listed(self.size, *self.periods), *terms, listed(self.low, self.high)]


def parse(where: str, table: Table) -> Options:
    """The fused activation (AddOptions)."""
    return (parse_activation(where, table, 0),)


def lower(node: Node) -> Add:
    """Factors relative to twice the larger input scale, so that each is below 1."""
    sides = [tensor.per_tensor for tensor in operands(node)]
    scale, zero = node.target.per_tensor
    twice = 2 * max(side[0] for side in sides)
    first, second = (Term(z, *_below_one(node, s / twice)) for s, z in sides)
    total = Term(zero, *_below_one(node, twice / ((1 << _LEFT_SHIFT) * scale)))
    return Add(node.target.size, periods(node), first, second, total, *activation_range(node))


def _below_one(node: Node, real: float) -> tuple[int, int]:
    factor, shift = multiplier(node, real)
    if shift > 0:
        raise node.error(f"its scales give a multiplier of {real:g}, not below 1")
    return factor, shift


OPERATOR = Definition(
    name="ADD",
    version=2,
    inputs=2,
    add_call="AddAdd",
    limits="two tensors; one may repeat: a number, one for each channel, or the last axes; a "
    "constant has at most 1,024 values",
    kernels=("Cortex-M4",),
    check=check_pair,
    lower=lower,
    parse=parse,
)
