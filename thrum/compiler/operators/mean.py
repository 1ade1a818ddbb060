"""MEAN: the mean over any axes, by a multiplier that holds the division."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import prod

from thrum.compiler.cpp_text import listed
from thrum.compiler.definition import Definition, Options
from thrum.compiler.fixed_point import float32
from thrum.compiler.flatbuffer import Table
from thrum.compiler.kernel import Constants, Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import check_int8_to_int8, multiplier


@dataclass(frozen=True)
class Mean(Kernel):
    """Mean over the reduced ones of (outer, reduced, middle, reduced, inner)."""

    template = "MeanKernel"
    header = "mean"

    sides: tuple[int, ...]
    offset: int  # the input's zero point, once for each value of a sum
    multiplier: int  # Q31, divided by their number
    shift: int
    output_zero: int

    def describe(self) -> str:
        """The sides; those that vanish in brackets."""
        outer, first, middle, second, inner = self.sides
        return f"{outer} x [{first}] x {middle} x [{second}] x {inner} values"

    def emit(self) -> Constants:
        """All fields on one line."""
        scale = self.offset, self.multiplier, self.shift, self.output_zero
        return "MeanLayer", [listed(*self.sides, *scale)]


def parse(where: str, table: Table) -> Options:
    """Whether reduced axes stay with length 1 (ReducerOptions); the values are the same."""
    return (("keep_dims", bool(table.scalar(0, "bool", False))),)


def check(node: Node) -> None:
    """int8 to int8 over constant axes."""
    check_int8_to_int8(node)
    outer, _, middle, _, inner = _view(node)
    if node.target.size != outer * middle * inner:
        raise node.error(f"the output does not have {outer * middle * inner} values")


def lower(node: Node) -> Mean:
    """The division goes into the multiplier with as many bits as TFLM gives it."""
    sides = _view(node)
    reduced = sides[1] * sides[3]
    scale, zero = node.source.per_tensor
    output_scale, output_zero = node.target.per_tensor
    factor, shift = multiplier(node, scale / output_scale)
    bits = min(reduced.bit_length() - 1, 32, 31 + shift)
    if bits < 0:
        raise node.error(f"its scales give a multiplier of {float32(scale):g}")
    return Mean(
        sides,
        zero * reduced,
        (factor << bits) // reduced,
        shift - bits,
        output_zero,
    )


def _view(node: Node) -> tuple[int, ...]:
    """The input's shape as (outer, reduced, middle, reduced, inner); ModelError if it cannot be."""
    shape, axes = node.source.shape, node.operand(1).data
    if not axes or any(not -len(shape) <= axis < len(shape) for axis in axes):
        raise node.error(f"the axes must be constant and exist in {shape}")
    chosen = {axis % len(shape) for axis in axes}
    runs = [
        (vanishes, prod(shape[axis] for axis in run))
        for vanishes, run in groupby(range(len(shape)), chosen.__contains__)
    ]
    sides = [size for _, size in runs]
    sides = sides if not runs[0][0] else [1, *sides]
    if len(sides) > 5:
        raise node.error(f"the axes {sorted(chosen)} of {shape} lie in more than two groups")
    return tuple(sides + [1] * (5 - len(sides)))


OPERATOR = Definition(
    name="MEAN",
    version=2,
    inputs=2,
    add_call="AddMean",
    limits="constant axes in at most two groups of neighbours",
    check=check,
    lower=lower,
    parse=parse,
)
